import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { progressAlso, progressSchema } from '../model/receipt-progress.js';

/**
 * Published by any service with an event whose contract ends a stage: once per transaction and stage, however many
 * receipts it was about; the first stands at the top, the rest in `also`. Read by the gateway for the receipts' timelines.
 */
export const receiptProgressedV1 = defineEvent(
  'shared.receipt.progressed.v1',
  progressSchema.extend({ also: z.array(progressAlso).optional() }),
);
