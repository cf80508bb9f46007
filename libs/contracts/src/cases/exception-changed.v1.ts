import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { exceptionDetails } from '../model/exception.js';

/**
 * Published by case-engine when somebody changed what is said of an exception, or until when it holds. `fields` names what
 * changed. Read by scanner (expiry) and audit. The envelope's `version` is the exception's.
 */
export const exceptionChangedV1 = defineEvent(
  'cases.exception.changed.v1',
  z.object({
    exceptionId: z.uuid(),
    fields: z.array(z.string()).min(1),
    expiresAt: z.iso.datetime().nullable(),
    details: exceptionDetails,
  }),
  { audited: true },
);
