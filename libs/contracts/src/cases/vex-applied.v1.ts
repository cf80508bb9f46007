import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** What a VEX document did. `ignored` says why it changed nothing: a newer version of it is known, or it is known itself. */
export const vexOutcomeSchema = z.object({
  format: z.enum(['openvex', 'csaf', 'cyclonedx']),
  author: z.string(),
  documentId: z.string(),
  documentVersion: z.string(),
  statements: z.number().int(),
  granted: z.number().int(),
  ended: z.number().int(),
  unchanged: z.number().int(),
  ignored: z.enum(['older', 'repeated']).nullable(),
  /** What of it could not be used, in words; cut to a bounded number. */
  warnings: z.array(z.string()),
});
export type VexOutcome = z.infer<typeof vexOutcomeSchema>;

/**
 * Published by case-engine when it has read a VEX document and its exceptions are judged by. Read by the gateway, whose
 * caller may wait for it, and audit. Ends the receipt's `judge` stage.
 */
export const vexAppliedV1 = defineEvent(
  'cases.vex.applied.v1',
  z.object({ receiptId: z.uuid(), outcome: vexOutcomeSchema }),
  { audited: true, stage: 'judge' },
);
