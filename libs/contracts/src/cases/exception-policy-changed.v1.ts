import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by case-engine when somebody changed what the tenant asks of exceptions. Read by audit. */
export const exceptionPolicyChangedV1 = defineEvent(
  'cases.exception-policy.changed.v1',
  z.object({ policy: z.record(z.string(), z.unknown()) }),
  { audited: true },
);
