import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by compliance when an agent is to be told something now. Every gateway hears it; the one that holds the
 * host's newest socket writes `frame` to it and says `agent-command.sent`.
 */
export const agentCommandIssuedV1 = defineEvent(
  'compliance.agent-command.issued.v1',
  z.object({
    commandId: z.uuid(),
    hostId: z.uuid(),
    apiId: z.string(),
    attempt: z.number().int(),
    /** One JSON object as the agent reads it (`wire/patchmon.md` §5.1). */
    frame: z.record(z.string(), z.unknown()),
    issuedAt: z.iso.datetime(),
  }),
);
