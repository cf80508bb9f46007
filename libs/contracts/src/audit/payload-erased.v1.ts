import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by audit when somebody erased the payload of an entry. Recorded, although it is audit's own: that something was
 * erased, when and by whom is what nobody may erase.
 */
export const payloadErasedV1 = defineEvent(
  'audit.payload.erased.v1',
  z.object({ log: z.string(), index: z.number().int(), entryId: z.uuid(), entryType: z.string() }),
  { audited: true },
);
