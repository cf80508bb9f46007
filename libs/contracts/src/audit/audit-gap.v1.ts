import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by audit when events that a service sealed are still missing after an hour. */
export const auditGapV1 = defineEvent(
  'audit.audit.gap.v1',
  z.object({ service: z.string(), from: z.iso.datetime(), until: z.iso.datetime(), missing: z.number().int() }),
);
