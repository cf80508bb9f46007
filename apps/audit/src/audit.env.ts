import { defineEnv, type EnvOf } from '@assay/config';
import { z } from 'zod';

/** What audit reads beside the host's environment. */
export const auditEnv = defineEnv({
  name: 'audit',
  shape: {
    AUDIT_LOG_ORIGIN: z
      .string()
      .regex(/^[a-z0-9][a-z0-9./-]{0,126}[a-z0-9]$/, 'must be a name like assay.example.org/audit')
      .default('assay.local/audit')
      .describe('How checkpoints name the logs, followed by the tenant; read at the first start, fixed from then on'),
  },
});

export type AuditEnv = EnvOf<typeof auditEnv>;

/** Injects the `AuditEnv`. */
export const AUDIT_ENV = Symbol('audit-env');
