import { defineEnv } from '@assay/config';

/** Case-engine has no settings of its own: what it judges by is policy, and policies live in the database. */
export const caseEngineEnv = defineEnv({ name: 'case-engine', shape: {} });
