import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** What is accepted: a vulnerability by any of its ids, or the rule of another kind of finding. */
export const exceptionTarget = z.object({
  kind: z.enum(['vulnerability', 'rule']),
  id: z.string(),
  /** The alias group, where it was known when the exception was granted. */
  group: z.uuid().nullable(),
});

/** Where it is accepted, from wide to narrow. The fields that the kind does not need are null. */
export const exceptionScope = z.object({
  kind: z.enum(['tenant', 'repository', 'image', 'component']),
  provider: z.string().nullable(),
  org: z.string().nullable(),
  repo: z.string().nullable(),
  image: z.string().nullable(),
  purl: z.string().nullable(),
});

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

/** Published by case-engine when an exception covers nothing any more: it was withdrawn or its date has come. */
export const exceptionEndedV1 = defineEvent(
  'cases.exception.ended.v1',
  z.object({ exceptionId: z.uuid(), because: z.enum(['withdrawn', 'expired']) }),
  { audited: true },
);
