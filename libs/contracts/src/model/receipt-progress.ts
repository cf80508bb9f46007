import { z } from 'zod';
import { stages } from '../define-event.js';

/** An error as a receipt's timeline shows it: fit for the caller's eyes. */
export const stageError = z.object({
  kind: z.enum(['invalid', 'conflict', 'not-found', 'forbidden', 'unavailable', 'bug']),
  code: z.string(),
  message: z.string(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })),
});
export type StageError = z.infer<typeof stageError>;

/** One step of the work on a receipt: who did what, when it ended (`at`) and how long it took. */
export const progressSchema = z.object({
  receiptId: z.uuid(),
  service: z.string(),
  stage: z.enum(stages),
  at: z.iso.datetime(),
  durationMs: z.number(),
});
export type Progress = z.infer<typeof progressSchema>;

/** The same stage of further receipts, which ended in the same transaction. */
export const progressAlso = progressSchema.pick({ receiptId: true, at: true, durationMs: true });
