import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway when somebody made or removed a hook by which a forge tells of changes. The secret is not in it. */
export const changeHookChangedV1 = defineEvent(
  'ingest.change-hook.changed.v1',
  z.object({
    hookId: z.uuid(),
    change: z.enum(['created', 'removed']),
    forge: z.string(),
    provider: z.string(),
    name: z.string(),
  }),
  { audited: true },
);
