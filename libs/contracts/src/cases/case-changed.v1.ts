import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { closedAsSchema } from '../model/change.js';
import { severityCountsSchema } from '../model/finding.js';
import { subjectSchema } from '../model/subject.js';

/** Published by case-engine when a case was opened or changed. The envelope's `version` is the case's. */
export const caseChangedV1 = defineEvent(
  'cases.case.changed.v1',
  z.object({
    caseId: z.number().int(),
    subject: subjectSchema,
    status: z.enum(['OPEN', 'RESOLVED']),
    counts: severityCountsSchema,
    /** Rules that matched on the host and that nobody has resolved; only of cases of hosts. */
    signalGroups: z.number().int().optional(),
    /** Who looks after it, and how far people have come: set by hand. */
    owner: z.string().nullable().optional(),
    state: z.enum(['new', 'in-progress', 'done']).optional(),
    comment: z.string().nullable().optional(),
    /** Why it is closed, whatever its findings; null once it is open to new runs again. */
    closedAs: closedAsSchema.nullable().optional(),
  }),
  { audited: true },
);
