import { defineService } from '@assay/service-host';
import { caseEngineEnv } from './case-engine.env.js';
import { CaseEngineModule } from './case-engine.module.js';
import { caseEngineProblems } from './case-engine.problems.js';
import { caseEngineMigrations } from './migrations/index.js';
import { signalPartitions } from './signals/signal-partitions.js';

/** Judges what the scanner found: runs and their history, cases, exceptions, the gate; and keeps the signals of hosts. */
export const caseEngineService = defineService({
  name: 'case-engine',
  module: (env) => CaseEngineModule.forEnv(env),
  env: caseEngineEnv,
  migrations: caseEngineMigrations,
  partitions: ({ SIGNAL_RETENTION_DAYS }) => signalPartitions(SIGNAL_RETENTION_DAYS),
  problems: caseEngineProblems,
});
