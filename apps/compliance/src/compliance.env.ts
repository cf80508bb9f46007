import { defineEnv, durationSeconds, type EnvOf, flag, wholeNumber } from '@assay/config';
import { z } from 'zod';

/** What compliance reads beside what every service does. */
export const complianceEnv = defineEnv({
  name: 'compliance',
  shape: {
    HOST_SILENT_AFTER_MINUTES: wholeNumber(1, 43_200)
      .prefault('5')
      .describe(
        'A host that gave heartbeats and gives none for so long is silent; hosts and groups may have their own time',
      ),
    HEARTBEAT_HISTORY_DAYS: wholeNumber(1, 3_650)
      .prefault('30')
      .describe('How long the history of heartbeats is kept, one row per agent and hour'),
    AGENT_UPDATE_INTERVAL_MINUTES: wholeNumber(1, 1_440)
      .prefault('60')
      .describe("How often PatchMon's agents report, where neither host nor group say"),
    SSG_CONTENT_DIR: z
      .string()
      .min(1)
      .optional()
      .describe('Folder with scanner content for agents: ssg-<os>-ds.xml files and a file VERSION'),
    REMEDIATION_APPROVAL: flag
      .default(true)
      .describe('Whether a second admin has to approve what changes a host: remediation, and scans that remediate'),
    SCAN_TRIGGER_INTERVAL: durationSeconds
      .default(0)
      .describe('Shortest time between two scans of one host that the same credential triggers, as 5m; 0 for none'),
    BENCHMARK_RETENTION_DAYS: wholeNumber(1, 3_650)
      .prefault('365')
      .describe('How long scans of benchmarks are kept; the latest of each host and profile always is'),
  },
});

export type ComplianceEnv = EnvOf<typeof complianceEnv>;
