import { defineEnv } from '@assay/config';

/** Compliance reads nothing beside what every service does. */
export const complianceEnv = defineEnv({ name: 'compliance', shape: {} });
