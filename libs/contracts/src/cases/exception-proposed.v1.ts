import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { exceptionDetails, exceptionScope, exceptionTarget } from '../model/exception.js';

/**
 * Published by case-engine when somebody wants to accept a risk in a tenant where a second person must agree. It covers
 * nothing until `exception.granted` follows. Read by audit.
 */
export const exceptionProposedV1 = defineEvent(
  'cases.exception.proposed.v1',
  z.object({
    exceptionId: z.uuid(),
    what: exceptionTarget,
    where: exceptionScope,
    reason: z.string().min(1),
    expiresAt: z.iso.datetime().nullable(),
    details: exceptionDetails,
  }),
  { audited: true },
);
