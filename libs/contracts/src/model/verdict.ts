import { z } from 'zod';
import { severityCountsSchema } from './finding.js';

/** The gate's answer to one run, as `api.md` shows it to the caller. `gate: true` means blocked. */
export const verdictSchema = z.object({
  runId: z.uuid(),
  scanIds: z.array(z.uuid()),
  caseId: z.number().int().nullable(),
  caseStatus: z.enum(['OPEN', 'RESOLVED']).nullable(),
  gate: z.boolean(),
  verdict: z.enum(['pass', 'block', 'not-applicable']),
  reasons: z.array(z.string()),
  components: z.number().int(),
  baseline: z.object({ commitSha: z.string().nullable() }).nullable(),
  counts: severityCountsSchema.extend({ kev: z.number().int(), excluded: z.number().int() }),
  newInThisChange: z.object({
    critical: z.number().int(),
    high: z.number().int(),
    medium: z.number().int(),
    low: z.number().int(),
    unknown: z.number().int(),
  }),
});
export type Verdict = z.infer<typeof verdictSchema>;
