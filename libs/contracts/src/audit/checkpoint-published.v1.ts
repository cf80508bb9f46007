import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by audit when it signed a new head of a log. Not recorded itself, or the log would never come to rest. */
export const checkpointPublishedV1 = defineEvent(
  'audit.checkpoint.published.v1',
  z.object({ log: z.string(), size: z.number().int(), rootHash: z.string(), note: z.string() }),
);
