import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway that held it when an agent's socket is gone, unless the gateway went with it. */
export const agentDisconnectedV1 = defineEvent(
  'ingest.agent.disconnected.v1',
  z.object({
    hostId: z.uuid(),
    apiId: z.string(),
    connectionId: z.uuid(),
    at: z.iso.datetime(),
    because: z.enum(['closed', 'replaced', 'silent', 'revoked', 'shutdown']),
  }),
);
