import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { agentCommandKinds, agentCommandStatuses } from '../model/agent-command.js';
import { hostRef } from '../model/host.js';

/** Published by compliance whenever a command to an agent comes a step further. The envelope's `version` is the command's. */
export const agentCommandChangedV1 = defineEvent(
  'compliance.agent-command.changed.v1',
  z.object({
    commandId: z.uuid(),
    host: hostRef,
    kind: z.enum(agentCommandKinds),
    status: z.enum(agentCommandStatuses),
    /** As the caller gave them. */
    options: z.record(z.string(), z.unknown()),
    requestedBy: z.string(),
    approvedBy: z.string().nullable(),
    error: z.string().nullable(),
    scanIds: z.array(z.uuid()),
  }),
  { audited: true },
);
