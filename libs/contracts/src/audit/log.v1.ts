import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by audit when it signed a new head of a log. Not recorded itself, or the log would never come to rest. */
export const checkpointPublishedV1 = defineEvent(
  'audit.checkpoint.published.v1',
  z.object({ log: z.string(), size: z.number().int(), rootHash: z.string(), note: z.string() }),
);

/** Published by audit when a log, its checkpoint or a stored artifact is not what was signed. */
export const tamperingDetectedV1 = defineEvent(
  'audit.tampering.detected.v1',
  z.object({ log: z.string(), index: z.number().int().nullable(), reason: z.string() }),
);

/** Published by audit when events that a service sealed are still missing after an hour. */
export const auditGapV1 = defineEvent(
  'audit.audit.gap.v1',
  z.object({ service: z.string(), from: z.iso.datetime(), until: z.iso.datetime(), missing: z.number().int() }),
);
