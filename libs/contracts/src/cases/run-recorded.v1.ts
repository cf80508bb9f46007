import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { severityCountsSchema } from '../model/finding.js';
import { runContextSchema } from '../model/run-context.js';
import { subjectSchema } from '../model/subject.js';

/** What one tool found in a run, without what is excepted: vulnerabilities by severity, and the other kinds as numbers. */
export const toolCounts = severityCountsSchema.extend({
  misconfigurations: z.number().int(),
  secrets: z.number().int(),
  licenses: z.number().int(),
  issues: z.number().int(),
});
export type ToolCounts = z.infer<typeof toolCounts>;

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
    kev: z.number().int().optional(),
    excluded: z.number().int().optional(),
    verdict: z.enum(['pass', 'block', 'not-applicable']).optional(),
    runUrl: z.string().nullable().optional(),
    /** By tool (`trivy`, `semgrep`, `assay-osv` for our own engine on SBOMs). */
    byTool: z.record(z.string(), toolCounts).optional(),
    context: runContextSchema.nullable().optional(),
  }),
  { audited: true },
);
