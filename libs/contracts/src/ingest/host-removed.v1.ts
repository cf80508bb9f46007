import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by the gateway when an admin removed a host: its credentials are revoked and its sockets close. Read by
 * compliance, which marks the host removed and says so by `host.changed`; what was found on it stays in the history.
 */
export const hostRemovedV1 = defineEvent('ingest.host.removed.v1', z.object({ hostId: z.uuid() }), { audited: true });
