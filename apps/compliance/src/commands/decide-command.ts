import { limits } from '../limits.js';
import {
  after,
  type AgentCommand,
  type CommandEnd,
  type CommandEvent,
  hasEnded,
  type InstallStep,
  isWaiting,
  mayHaveBeenTold,
  type Occurrence,
  type RecordedScan,
  wasTold,
} from './agent-command.js';
import { traitsOf } from './command-kinds.js';

const ended = (
  as: CommandEnd,
  error: string | null,
  rest: { message?: string; by?: string; steps?: readonly InstallStep[] } = {},
): CommandEvent => ({
  type: 'ended',
  as,
  error,
  ...rest,
});

/**
 * What follows when something comes to pass, or null where nothing does: the command has ended, or it was overtaken. A
 * command ends exactly once, because nothing follows from anything after that.
 */
export function decide(command: AgentCommand, occurrence: Occurrence, now: Date): CommandEvent | null {
  if (hasEnded(command)) return null;
  switch (occurrence.type) {
    case 'approve':
      return command.status === 'awaiting-approval' ? { type: 'approved', by: occurrence.by } : null;
    case 'refuse':
      return command.status === 'awaiting-approval'
        ? ended('refused', 'A second admin refused it', { by: occurrence.by })
        : null;
    case 'cancel':
      return decideCancel(command, occurrence.by);
    case 'may-go':
      return command.status === 'queued' && command.issuedAt === null ? { type: 'issued' } : null;
    case 'due':
      return decideDue(command, occurrence, now);
    case 'sent':
      return decideSent(command, occurrence);
    case 'progressed':
      return decideProgressed(command, occurrence, now);
    case 'recorded':
      return decideRecorded(command, occurrence.scans, occurrence.isAll);
    case 'integration-status':
      return decideIntegrationStatus(command, occurrence);
    case 'give-up':
      return ended('failed', occurrence.error);
  }
}

/** What waits ends at once; what an agent works on ends when the agent says so, or when it says nothing for too long. */
function decideCancel(command: AgentCommand, by: string): CommandEvent | null {
  if (isWaiting(command)) return ended('cancelled', null, { by });
  if (traitsOf[command.kind].endsWith === 'results') {
    return command.cancelledBy === null ? { type: 'cancelling', by } : null;
  }
  return ended('cancelled', null, { by });
}

function decideDue(
  command: AgentCommand,
  { canGo, heardSince }: Extract<Occurrence, { type: 'due' }>,
  now: Date,
): CommandEvent | null {
  if (command.nextActionAt === null || command.nextActionAt > now) return null;
  if (command.status === 'awaiting-approval') return ended('refused', 'No second admin approved it in time');
  if (command.status === 'queued' || command.issuedAt !== null) return decideTurn(command, canGo, now);

  // After a gap in what gateways tell, an agent's word may still be on its way: it gets its time again.
  const judgeAt = after(heardSince ?? now, limits.commandRewriteMs);
  if (judgeAt > now)
    return { type: 'postponed', until: heardSince === null ? after(now, limits.commandRetryMs) : judgeAt };
  if (command.cancelledBy !== null) return ended('cancelled', null, { by: command.cancelledBy });
  return decideSilence(command, canGo, now);
}

/** An agent has not said for too long what the next thing would have been. */
function decideSilence(command: AgentCommand, canGo: boolean, now: Date): CommandEvent | null {
  const { rewriteAfterMs, mustEndWithinMs } = traitsOf[command.kind];
  if (now.getTime() - command.startedAt!.getTime() >= mustEndWithinMs) {
    return ended('failed', `It was ended: the agent had not finished after ${mustEndWithinMs / 60_000} minutes`);
  }
  if (command.phase === 'completed' || command.scanIds.length > 0) return endWithWhatCame(command);
  if (rewriteAfterMs === null) return null;
  if (command.writes >= limits.commandMaxWrites) {
    return ended('failed', `The agent was told ${command.writes} times and did not react`);
  }
  // No scan lasts so long: the agent was restarted, or could not upload and could not say so.
  if (command.status === 'running') return { type: 'put-off', until: now };
  return decideTurn(command, canGo, now);
}

/** Gateways that were asked and did not write hold no socket of the agent, whatever we think: they are asked again later. */
function decideTurn(command: AgentCommand, canGo: boolean, now: Date): CommandEvent {
  if (command.issuedAt !== null) return { type: 'put-off', until: after(now, limits.commandRetryMs) };
  if (canGo) return { type: 'issued' };
  return { type: 'put-off', until: command.status === 'queued' ? null : after(now, limits.commandRewriteMs) };
}

/** A writing of an earlier attempt counts too: the agent has been told. */
function decideSent(command: AgentCommand, said: Extract<Occurrence, { type: 'sent' }>): CommandEvent | null {
  const { attempt, connectionId, at } = said;
  if (command.status === 'awaiting-approval' || attempt > command.attempt) return null;
  if (command.status !== 'queued' && command.issuedAt === null) return null;
  if (traitsOf[command.kind].endsWith === 'writing') return ended('completed', null);
  return { type: 'written', connectionId, at };
}

const failedUpload = /^failed to send/i;

function decideProgressed(
  command: AgentCommand,
  said: Extract<Occurrence, { type: 'progressed' }>,
  now: Date,
): CommandEvent | null {
  if (!wasTold(command) || traitsOf[command.kind].endsWith !== 'results') return null;
  const { phase, progress, message, error, at } = said;
  // What was said before the latest writing is of the scan before: its last words may overtake its results.
  if (at < (command.sentAt ?? command.issuedAt!)) return null;
  if (phase === 'cancelled') {
    return ended('cancelled', error, { by: command.cancelledBy ?? undefined, message: message ?? undefined });
  }
  if (phase === 'failed') {
    if (command.cancelledBy !== null) return ended('cancelled', error, { by: command.cancelledBy });
    // The results are lost, the agent does not send them again: what was asked for is asked for once more.
    const lost = message !== null && failedUpload.test(message) && command.writes < limits.commandMaxWrites;
    if (lost && command.writes > 0) {
      return { type: 'put-off', until: after(now, limits.commandRetryMs), deafUntil: after(at, 1) };
    }
    return ended('failed', error ?? message ?? 'The agent failed and said no more');
  }
  if (phase === 'completed' && isWithoutResults(message)) {
    return ended('completed', null, { message: message ?? undefined });
  }
  if (phase === 'completed' && command.scanIds.length > 0) return endWithWhatCame(command);
  // Frames of one agent come in order, their events need not.
  if (command.phase === 'completed' || (command.progress ?? 0) > (progress ?? 0)) return null;
  return { type: 'progressed', phase, progress, message, error };
}

/** `Scan completed (no results)` and `No images to scan`: the agent will submit nothing (§5.2). */
function isWithoutResults(message: string | null): boolean {
  return message !== null && /no results|no images/i.test(message);
}

/** An agent submits all results at once, but need not: one scanner's do not hide that another still works. */
function decideRecorded(command: AgentCommand, scans: readonly RecordedScan[], isAll: boolean): CommandEvent | null {
  if (!mayHaveBeenTold(command) || traitsOf[command.kind].endsWith !== 'results' || scans.length === 0) return null;
  const scanIds = [...command.scanIds, ...scans.map(({ scanId }) => scanId)];
  const failed = scans.filter(({ status }) => status === 'failed');
  const someSucceeded = failed.length < scans.length || hasResults(command);
  const error = failed[0] === undefined ? command.error : (failed[0].error ?? 'The agent submitted a failed scan');
  if (!isAll && command.phase !== 'completed')
    return { type: 'answered', scanIds, error: someSucceeded ? null : error };
  if (someSucceeded) return { type: 'ended', as: 'completed', error, scanIds };
  if (command.cancelledBy !== null) return { type: 'ended', as: 'cancelled', error, scanIds, by: command.cancelledBy };
  return { type: 'ended', as: 'failed', error, scanIds };
}

/** True if a scanner has answered with results; where all that came had failed, the command says how. */
const hasResults = ({ scanIds, error }: AgentCommand): boolean => scanIds.length > 0 && error === null;

/** The end of a command of which no more results will come. */
function endWithWhatCame(command: AgentCommand): CommandEvent {
  if (hasResults(command)) return ended('completed', null);
  if (command.scanIds.length > 0) return ended('failed', command.error);
  return ended('failed', 'The agent said that it had finished, but no results came');
}

function decideIntegrationStatus(
  command: AgentCommand,
  { status, message, steps }: Extract<Occurrence, { type: 'integration-status' }>,
): CommandEvent | null {
  if (!wasTold(command) || traitsOf[command.kind].endsWith !== 'integration-status') return null;
  if (status === 'installing') {
    const done = steps.filter((step) => step.status !== 'in_progress').length;
    const progress = Math.min(95, Math.round((done / limits.installSteps) * 100));
    return { type: 'progressed', phase: 'installing', progress, message, error: null, steps };
  }
  // A report that was under way when the frame was written tells of the time before: an installation reports its steps.
  if (command.kind === 'install-scanner' && steps.length === 0 && command.steps.length === 0) return null;
  const last = steps.length > 0 ? steps : command.steps;
  if (status === 'ready' || status === 'partial') {
    return ended('completed', null, { message: message ?? undefined, steps: last });
  }
  if (status === 'error' || status === 'failed' || status === 'disabled') {
    return ended('failed', message ?? `The agent reports the status ${status}`, { steps: last });
  }
  return null;
}
