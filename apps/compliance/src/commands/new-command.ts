import type { AgentCommand } from './agent-command.js';

/** What a command is at first. */
type Beginning = Pick<AgentCommand, 'id' | 'hostId' | 'kind' | 'slot' | 'options' | 'requestedBy' | 'createdAt'>;

/** A command that waits; for a second admin until `approveBy`, if that is given. */
export function newCommand(
  beginning: Beginning & Partial<Pick<AgentCommand, 'requestedCredential' | 'approveBy'>>,
): AgentCommand {
  const { requestedCredential = null, approveBy = null } = beginning;
  return {
    ...beginning,
    status: approveBy === null ? 'queued' : 'awaiting-approval',
    requestedCredential,
    approvedBy: null,
    approveBy,
    cancelledBy: null,
    attempt: 0,
    writes: 0,
    connectionId: null,
    issuedAt: null,
    startedAt: null,
    sentAt: null,
    progressedAt: null,
    nextActionAt: approveBy,
    phase: null,
    progress: null,
    message: null,
    error: null,
    steps: [],
    scanIds: [],
    endedAt: null,
    version: 1,
  };
}
