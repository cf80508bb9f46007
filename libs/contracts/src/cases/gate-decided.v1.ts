import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';
import { engineRun, severityCountsSchema } from '../model/finding.js';
import { subjectSchema } from '../model/subject.js';
import { verdictBasisSchema } from '../model/verdict-statement.js';
import { verdictSchema } from '../model/verdict.js';

/**
 * Published by case-engine with the verdict on one receipt, whole: the gateway whose caller waits answers from it, the
 * signer signs it. `entries` are the report's own counts, which the SecureCase dialect answers with. Ends the receipt's
 * `judge` stage.
 */
export const gateDecidedV1 = defineEvent(
  'cases.gate.decided.v1',
  z.object({
    receiptId: z.uuid(),
    subject: subjectSchema.nullable().optional(),
    verdict: verdictSchema,
    policy: z.record(z.string(), z.unknown()),
    entries: severityCountsSchema,
    /** The documents of the judged run, with the findings documents that the verdict follows from. */
    scans: z
      .array(
        z.object({
          scanId: z.uuid(),
          tool: z.string(),
          target: z.string().optional(),
          document: z.string(),
          findings: artifactRef,
          engines: z.array(engineRun).optional(),
        }),
      )
      .optional(),
    /** What the verdict follows from beside these; null where it is too large for a message, and `statement` has it. */
    basis: verdictBasisSchema.nullable().optional(),
    /** The in-toto statement of the verdict (`docs/adr/0010-signed-verdicts.md`), made where it does not fit in here. */
    statement: artifactRef.nullable().optional(),
  }),
  { audited: true, stage: 'judge' },
);
