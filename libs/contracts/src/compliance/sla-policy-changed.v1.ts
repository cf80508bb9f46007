import { severities } from '@assay/kernel';
import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by compliance when the SLA policy of a tenant changed. */
export const slaPolicyChangedV1 = defineEvent(
  'compliance.sla-policy.changed.v1',
  z.object({ days: z.record(z.enum(severities), z.number().int().nullable()) }),
  { audited: true },
);
