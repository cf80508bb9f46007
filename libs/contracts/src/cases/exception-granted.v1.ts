import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { exceptionDetails, exceptionScope, exceptionTarget } from '../model/exception.js';

/**
 * Published by case-engine when a risk is accepted on purpose: when it was granted, or approved where the tenant wants a
 * second person to do that. Read by scanner (shows `status: excluded`) and audit. The envelope's `version` is the exception's.
 */
export const exceptionGrantedV1 = defineEvent(
  'cases.exception.granted.v1',
  z.object({
    exceptionId: z.uuid(),
    what: exceptionTarget,
    where: exceptionScope,
    reason: z.string().min(1),
    expiresAt: z.iso.datetime().nullable(),
    details: exceptionDetails.optional(),
  }),
  { audited: true },
);
