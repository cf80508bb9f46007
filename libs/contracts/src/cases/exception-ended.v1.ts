import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by case-engine when an exception covers nothing any more: it was withdrawn, its date has come, or what it came
 * from (an exclusion file, a VEX document) says something else now.
 */
export const exceptionEndedV1 = defineEvent(
  'cases.exception.ended.v1',
  z.object({ exceptionId: z.uuid(), because: z.enum(['withdrawn', 'expired', 'replaced']) }),
  { audited: true },
);
