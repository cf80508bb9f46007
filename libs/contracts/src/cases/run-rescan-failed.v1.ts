import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { subjectSchema } from '../model/subject.js';

/**
 * Published by case-engine when a rescan could not look at a run although its evidence was verified: it could not be matched, or
 * what was found in it could not be read. Evidence that does not verify is told by the signer. Read by alerting.
 */
export const runRescanFailedV1 = defineEvent(
  'cases.run.rescan-failed.v1',
  z.object({
    runId: z.uuid(),
    rescanId: z.uuid(),
    caseId: z.number().int().nullable(),
    subject: subjectSchema.nullable(),
    commitSha: z.string().nullable(),
    failedAt: z.iso.datetime(),
    /** `not-matched` by the scanner, `missing-document`, `damaged-document`, `damaged-findings`, … */
    status: z.string(),
    reason: z.string(),
  }),
  { audited: true },
);
