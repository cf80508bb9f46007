import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { clockSchema } from '../model/clock.js';

/** Published by compliance when a clock stopped, because what it ran for was resolved or accepted. */
export const clockStoppedV1 = defineEvent(
  'compliance.clock.stopped.v1',
  clockSchema.extend({ stoppedAt: z.iso.datetime(), because: z.enum(['resolved', 'excepted']) }),
  { audited: true, stage: 'clock' },
);
