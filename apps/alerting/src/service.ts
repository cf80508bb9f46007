import { defineService } from '@assay/service-host';
import { alertingEnv } from './alerting.env.js';
import { AlertingModule } from './alerting.module.js';
import { AlertingTables1763801000000 } from './migrations/1763801000000-alerting-tables.migration.js';
import { Incidents1764000100000 } from './migrations/1764000100000-incidents.migration.js';
import { CallersAndThresholds1763900700000 } from './migrations/1763900700000-callers-and-thresholds.migration.js';

/** Tells people what matters to them: rules over judged findings, channels, deliveries that are retried and logged. */
export const alertingService = defineService({
  name: 'alerting',
  module: (env) => AlertingModule.forEnv(env),
  env: alertingEnv,
  migrations: [AlertingTables1763801000000, CallersAndThresholds1763900700000, Incidents1764000100000],
});
