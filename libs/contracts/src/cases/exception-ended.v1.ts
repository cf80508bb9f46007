import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by case-engine when an exception covers nothing any more: it was withdrawn or its date has come. */
export const exceptionEndedV1 = defineEvent(
  'cases.exception.ended.v1',
  z.object({ exceptionId: z.uuid(), because: z.enum(['withdrawn', 'expired']) }),
  { audited: true },
);
