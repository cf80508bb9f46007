import { defineEnv, durationSeconds, type EnvOf, flag } from '@assay/config';

/** What compliance reads beside what every service does. */
export const complianceEnv = defineEnv({
  name: 'compliance',
  shape: {
    REMEDIATION_APPROVAL: flag
      .default(true)
      .describe('Whether a second admin has to approve what changes a host: remediation, and scans that remediate'),
    SCAN_TRIGGER_INTERVAL: durationSeconds
      .default(0)
      .describe('Shortest time between two scans of one host that the same credential triggers, as 5m; 0 for none'),
  },
});

export type ComplianceEnv = EnvOf<typeof complianceEnv>;
