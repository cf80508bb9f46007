import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { severityCountsSchema } from '../model/finding.js';
import { artifactRef } from '../model/artifact-ref.js';
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
    /** The documents of the judged run, with the findings documents that the verdict follows from. */
    scans: z
      .array(z.object({ scanId: z.uuid(), tool: z.string(), document: z.string(), findings: artifactRef }))
      .optional(),
    /** The in-toto statement of the verdict (`docs/adr/0010-signed-verdicts.md`), which the signer signs; an artifact. */
    statement: artifactRef.nullable().optional(),
  }),
  { audited: true, stage: 'judge' },
);
