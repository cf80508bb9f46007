import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by audit when a log, its checkpoint or a stored artifact is not what was signed. */
export const tamperingDetectedV1 = defineEvent(
  'audit.tampering.detected.v1',
  z.object({ log: z.string(), index: z.number().int().nullable(), reason: z.string() }),
);
