import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { subjectSchema } from '../model/subject.js';
import { judgedFinding } from './findings-judged.v1.js';

/**
 * Published by case-engine when a stored run was matched anew, found something or not. Read by alerting, which holds it against
 * the thresholds of the tenant or the repository. Lists hold 200 findings at most, the worst first; the numbers count all.
 */
export const runRescannedV1 = defineEvent(
  'cases.run.rescanned.v1',
  z.object({
    runId: z.uuid(),
    caseId: z.number().int().nullable(),
    subject: subjectSchema.nullable(),
    commitSha: z.string().nullable(),
    rescannedAt: z.iso.datetime(),
    /** What is there since the last time and not excepted; what is known to be exploited is among it. */
    new: z.array(judgedFinding),
    newCount: z.number().int(),
    /** What is there since the last time and excepted. */
    newExceptedCount: z.number().int(),
    /** Of what is new and not excepted, what is known to be exploited. */
    newKev: z.array(judgedFinding),
    newKevExceptedCount: z.number().int().optional(),
    /** All that is there now and not excepted, and what of it is known to be exploited. */
    presentCount: z.number().int(),
    presentKevCount: z.number().int(),
    exceptedCount: z.number().int(),
  }),
  { audited: true },
);
