import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { severityCountsSchema } from '../model/finding.js';
import { verdictSchema } from '../model/verdict.js';

/**
 * Published by case-engine with the verdict on one receipt, whole: the gateway whose caller waits answers from it.
 * `entries` are the report's own counts, which the SecureCase dialect answers with. Ends the receipt's `judge` stage.
 */
export const gateDecidedV1 = defineEvent(
  'cases.gate.decided.v1',
  z.object({
    receiptId: z.uuid(),
    verdict: verdictSchema,
    policy: z.record(z.string(), z.unknown()),
    entries: severityCountsSchema,
  }),
  { audited: true, stage: 'judge' },
);
