import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by every service for each hour of its outbox in which it published audited events, once the hour is over.
 * `digest` is SHA-256 over the sorted event ids, each followed by a line feed. Read by audit, which fetches what it lacks.
 */
export const outboxSealedV1 = defineEvent(
  'shared.outbox.sealed.v1',
  z.object({
    service: z.string(),
    from: z.iso.datetime(),
    until: z.iso.datetime(),
    count: z.number().int(),
    digest: z.string(),
  }),
);
