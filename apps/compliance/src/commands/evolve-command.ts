import { limits } from '../limits.js';
import { after, type AgentCommand, type CommandEvent } from './agent-command.js';
import { traitsOf } from './command-kinds.js';

/** The command after what followed. */
export function evolve(command: AgentCommand, event: CommandEvent, now: Date): AgentCommand {
  const next = { ...command, ...changesOf(command, event, now) };
  return { ...next, version: command.version + 1 };
}

function changesOf(command: AgentCommand, event: CommandEvent, now: Date): Partial<AgentCommand> {
  const { rewriteAfterMs, mustEndWithinMs } = traitsOf[command.kind];
  switch (event.type) {
    case 'approved':
      return { status: 'queued', approvedBy: event.by, nextActionAt: null };
    case 'issued': {
      const nextActionAt = after(now, limits.commandAnswerMs);
      return { issuedAt: now, attempt: command.attempt + 1, nextActionAt };
    }
    case 'put-off': {
      const { until: nextActionAt, deafUntil: sentAt = command.sentAt } = event;
      if (command.writes === 0) return { status: 'queued', issuedAt: null, nextActionAt };
      return { status: 'sent', issuedAt: null, nextActionAt, sentAt, phase: null, progress: null };
    }
    case 'postponed':
      return { nextActionAt: event.until };
    case 'written': {
      const startedAt = command.startedAt ?? now;
      const { connectionId, at } = event;
      const told = { writes: command.writes + 1, issuedAt: null, connectionId, startedAt };
      // The agent's answer came first: what it said stays said.
      if (command.status === 'running') return { ...told, sentAt: command.sentAt ?? at };
      const nextActionAt = after(now, rewriteAfterMs ?? mustEndWithinMs);
      return { ...told, status: 'sent', sentAt: at, nextActionAt, phase: null, progress: null };
    }
    case 'cancelling':
      return { cancelledBy: event.by, nextActionAt: after(now, limits.cancelAnswerMs) };
    case 'progressed': {
      const { type: _, steps = command.steps, ...said } = event;
      const startedAt = command.startedAt ?? now;
      const lastAt = earliest(silentAt(said.phase, now), after(startedAt, mustEndWithinMs));
      const nextActionAt = command.cancelledBy === null ? lastAt : command.nextActionAt;
      return { ...said, steps, status: 'running', startedAt, progressedAt: now, nextActionAt };
    }
    case 'answered': {
      const { scanIds, error } = event;
      const startedAt = command.startedAt ?? now;
      return { status: 'running', scanIds, error, startedAt, nextActionAt: after(now, limits.resultsOverdueMs) };
    }
    case 'ended': {
      const { as: status, error, message = command.message, scanIds = command.scanIds, by } = event;
      const { steps = command.steps } = event;
      const cancelledBy = status === 'cancelled' ? (by ?? command.cancelledBy) : command.cancelledBy;
      const approvedBy = status === 'refused' ? (by ?? null) : command.approvedBy;
      const done = { status, error, message, steps, scanIds, cancelledBy, approvedBy };
      return { ...done, issuedAt: null, nextActionAt: null, endedAt: now };
    }
  }
}

/** When an agent that said this and nothing more has been silent for too long. */
function silentAt(phase: string, now: Date): Date {
  if (phase === 'completed') return after(now, limits.resultsOverdueMs);
  return after(now, phase === 'sending' ? limits.uploadSilentMs : limits.scanSilentMs);
}

const earliest = (one: Date, other: Date): Date => (one < other ? one : other);
