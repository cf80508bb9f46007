import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { progressSchema, stageError } from '../model/receipt-progress.js';

/** Published by any service when a handler gave up on an event that belongs to a receipt. */
export const receiptFailedV1 = defineEvent(
  'shared.receipt.failed.v1',
  progressSchema.extend({ stage: z.string(), error: stageError }),
);
