import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by case-engine when runs left the history, because a policy of retention that somebody set lets them go. Read by
 * audit: what a history does not have any more was removed on purpose.
 */
export const runsExpiredV1 = defineEvent(
  'cases.runs.expired.v1',
  z.object({
    /** `org/repo`; empty for runs that are of none. */
    repo: z.string(),
    /** 200 at most. */
    runIds: z.array(z.uuid()),
    count: z.number().int(),
  }),
  { audited: true },
);
