import { defineService } from '@assay/service-host';
import { caseEngineEnv } from './case-engine.env.js';
import { CaseEngineModule } from './case-engine.module.js';
import { secureCaseProblems } from './cases/securecase.problems.js';
import { caseEngineMigrations } from './migrations/index.js';

/** Judges what the scanner found: runs and their history, cases, exceptions, the gate. */
export const caseEngineService = defineService({
  name: 'case-engine',
  module: () => CaseEngineModule,
  env: caseEngineEnv,
  migrations: caseEngineMigrations,
  problems: secureCaseProblems,
});
