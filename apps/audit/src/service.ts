import { defineService } from '@assay/service-host';
import { auditEnv } from './audit.env.js';
import { AuditModule } from './audit.module.js';
import { AuditTables } from './migrations/1763800000000-audit-tables.migration.js';

/** The append-only logs, their signed heads and their proofs. */
export const auditService = defineService({
  name: 'audit',
  module: (env) => AuditModule.forEnv(env),
  env: auditEnv,
  migrations: [AuditTables],
});
