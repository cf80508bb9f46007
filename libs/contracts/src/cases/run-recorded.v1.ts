import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { severityCountsSchema } from '../model/finding.js';
import { subjectSchema } from '../model/subject.js';

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
