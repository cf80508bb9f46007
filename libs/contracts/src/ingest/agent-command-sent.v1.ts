import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway that holds the agent's socket once the command's frame was written to it. */
export const agentCommandSentV1 = defineEvent(
  'ingest.agent-command.sent.v1',
  z.object({
    commandId: z.uuid(),
    hostId: z.uuid(),
    connectionId: z.uuid(),
    /** Which writing of it this was, as `agent-command.issued` said. */
    attempt: z.number().int(),
    at: z.iso.datetime(),
  }),
);
