import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { clockOfSubject } from '../model/clock.js';
import { subjectSchema } from '../model/subject.js';

/**
 * Published by compliance when clocks of a subject stopped, because what they ran for was resolved, or pause, because it
 * was accepted. One event names many clocks, as `clock.started` does.
 */
export const clockStoppedV1 = defineEvent(
  'compliance.clock.stopped.v1',
  z.object({
    subject: subjectSchema,
    because: z.enum(['resolved', 'excepted']),
    stoppedAt: z.iso.datetime(),
    clocks: z.array(clockOfSubject),
  }),
  { audited: true, stage: 'clock' },
);
