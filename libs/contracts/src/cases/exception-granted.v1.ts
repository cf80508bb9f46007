import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { exceptionScope, exceptionTarget } from '../model/exception.js';

/**
 * Published by case-engine when somebody accepts a risk on purpose.
 * Read by scanner (shows `status: excluded`), compliance (pauses clocks) and audit.
 */
export const exceptionGrantedV1 = defineEvent(
  'cases.exception.granted.v1',
  z.object({
    exceptionId: z.uuid(),
    what: exceptionTarget,
    where: exceptionScope,
    reason: z.string().min(1),
    expiresAt: z.iso.datetime().nullable(),
  }),
  { audited: true },
);
