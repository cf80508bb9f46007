import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { severityCountsSchema } from '../model/finding.js';
import { subjectSchema } from '../model/subject.js';
import { verdictSchema } from '../model/verdict.js';

/** Published by case-engine when a scan entered the history of its subject, whether it is the newest run or a late one. */
export const runRecordedV1 = defineEvent(
  'cases.run.recorded.v1',
  z.object({
    runId: z.uuid(),
    receiptId: z.uuid(),
    subject: subjectSchema.nullable(),
    commitSha: z.string().nullable(),
    newest: z.boolean(),
    counts: severityCountsSchema,
  }),
  { audited: true },
);

/** Published by case-engine when a case was opened or changed. The envelope's `version` is the case's. */
export const caseChangedV1 = defineEvent(
  'cases.case.changed.v1',
  z.object({
    caseId: z.number().int(),
    subject: subjectSchema,
    status: z.enum(['OPEN', 'RESOLVED']),
    counts: severityCountsSchema,
  }),
  { audited: true },
);

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

/** Published by case-engine when somebody changed the gate policy of the tenant or of a repository. */
export const policyChangedV1 = defineEvent(
  'cases.policy.changed.v1',
  z.object({ repo: z.string().nullable(), policy: z.record(z.string(), z.unknown()) }),
  { audited: true },
);
