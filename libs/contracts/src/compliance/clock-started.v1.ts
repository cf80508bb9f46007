import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { clockOfSubject } from '../model/clock.js';
import { subjectSchema } from '../model/subject.js';

/**
 * Published by compliance when the time to fix findings of a subject began to run, or runs again because an exception
 * ended, or because what had stopped it was a run that was not complete yet. One event names many clocks; a judgement that starts more than fit into a message has several events.
 */
export const clockStartedV1 = defineEvent(
  'compliance.clock.started.v1',
  z.object({ subject: subjectSchema, because: z.enum(['opened', 'resumed']), clocks: z.array(clockOfSubject) }),
  { audited: true, stage: 'clock' },
);
