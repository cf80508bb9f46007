import { z } from 'zod';
import { defineEvent, stages } from '../define-event.js';

/** An error as a receipt's timeline shows it: fit for the caller's eyes. */
export const stageError = z.object({
  kind: z.enum(['invalid', 'conflict', 'not-found', 'forbidden', 'unavailable', 'bug']),
  code: z.string(),
  message: z.string(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })),
});
export type StageError = z.infer<typeof stageError>;

const progress = {
  receiptId: z.uuid(),
  service: z.string(),
  stage: z.enum(stages),
  at: z.iso.datetime(),
  durationMs: z.number(),
};

/** Published by any service with an event whose contract ends a stage. Read by the gateway for the receipt's timeline. */
export const receiptProgressedV1 = defineEvent('shared.receipt.progressed.v1', z.object(progress));

/** Published by any service when a handler gave up on an event that belongs to a receipt. */
export const receiptFailedV1 = defineEvent(
  'shared.receipt.failed.v1',
  z.object({ ...progress, stage: z.string(), error: stageError }),
);
