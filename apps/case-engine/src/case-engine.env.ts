import { defineEnv, type EnvOf, wholeNumber } from '@assay/config';

/** Most of what case-engine judges by is policy, and policies live in the database. */
export const caseEngineEnv = defineEnv({
  name: 'case-engine',
  shape: {
    SIGNAL_RETENTION_DAYS: wholeNumber(0, 3_650)
      .default(90)
      .describe('Whole days that signals are kept, today not counted; 0 keeps them for ever'),
  },
});

export type CaseEngineEnv = EnvOf<typeof caseEngineEnv>;

/** Injects the `CaseEngineEnv`. */
export const CASE_ENGINE_ENV = Symbol('case-engine-env');
