import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by a gateway when an agent's socket is open. The newest `connectionId` (a UUIDv7) of a host counts. */
export const agentConnectedV1 = defineEvent(
  'ingest.agent.connected.v1',
  z.object({ hostId: z.uuid(), apiId: z.string(), connectionId: z.uuid(), at: z.iso.datetime() }),
);
