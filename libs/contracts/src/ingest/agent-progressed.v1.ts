import { defineEvent } from '../define-event.js';
import { agentProgress } from '../model/agent-command.js';

/** Published by the gateway for each progress frame of an agent. Read by compliance, and by gateways for those who watch. */
export const agentProgressedV1 = defineEvent('ingest.agent.progressed.v1', agentProgress);
