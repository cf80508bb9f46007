import { newId } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { type AgentCommand, hasEnded, type Occurrence } from './agent-command.js';
import { decide } from './decide-command.js';
import { evolve } from './evolve-command.js';
import { newCommand } from './new-command.js';

const begin = new Date('2026-01-01T12:00:00Z');
const at = (ms: number): Date => new Date(begin.getTime() + ms);
const connectionId = newId();

function aCommand(changes: Partial<AgentCommand> = {}): AgentCommand {
  const options = { profile_type: 'all' };
  const beginning = { id: newId(), hostId: newId(), kind: 'scan', slot: 'scan', options, createdAt: begin } as const;
  return { ...newCommand({ ...beginning, requestedBy: 'key:one' }), ...changes };
}

/** What a command becomes when these things come to pass, each so many milliseconds after the beginning. */
function tell(command: AgentCommand, ...story: readonly (readonly [number, Occurrence])[]): AgentCommand {
  return story.reduce((current, [ms, occurrence]) => {
    const event = decide(current, occurrence, at(ms));
    return event === null ? current : evolve(current, event, at(ms));
  }, command);
}

const mayGo: Occurrence = { type: 'may-go' };
const due = (canGo = true, heardSince: Date | null = new Date(0)): Occurrence => ({ type: 'due', canGo, heardSince });
const sent = (ms: number, attempt = 1): Occurrence => ({ type: 'sent', attempt, connectionId, at: at(ms) });
const says = (
  ms: number,
  phase: string,
  rest: Partial<Extract<Occurrence, { type: 'progressed' }>> = {},
): Occurrence => ({
  type: 'progressed',
  at: at(ms),
  phase,
  progress: { started: 5, evaluating: 15, parsing: 80, sending: 90, completed: 100 }[phase] ?? 0,
  message: null,
  error: null,
  ...rest,
});
const scanId = newId();
const recorded = (
  status: 'completed' | 'failed' = 'completed',
  error: string | null = null,
  isAll = true,
): Occurrence => ({ type: 'recorded', scans: [{ scanId, status, error }], isAll });
const status = (word: string, steps: number = 0, message: string | null = null): Occurrence => ({
  type: 'integration-status',
  status: word,
  message,
  steps: Array.from({ length: steps }, (_, n) => ({ step: `s${n}`, status: 'done', message: '', timestamp: '' })),
});

const told = tell(aCommand(), [0, mayGo], [10, sent(10)]);
const running = tell(told, [20, says(20, 'started')]);

describe('a scan command', () => {
  it('is issued, written, worked on and ended by its results', () => {
    const issued = tell(aCommand(), [0, mayGo]);
    expect(issued).toMatchObject({ status: 'queued', attempt: 1, issuedAt: begin, version: 2 });
    expect(told).toMatchObject({ status: 'sent', writes: 1, connectionId, sentAt: at(10), issuedAt: null });
    expect(running).toMatchObject({ status: 'running', phase: 'started', progress: 5, startedAt: at(10) });
    const done = tell(running, [30, says(30, 'completed', { message: 'Score: 71.4%' })], [40, recorded()]);
    expect(done).toMatchObject({ status: 'completed', scanIds: [scanId], endedAt: at(40), nextActionAt: null });
  });

  it('is not issued twice, nor while it waits for approval', () => {
    expect(decide(tell(aCommand(), [0, mayGo]), mayGo, at(1))).toBeNull();
    expect(decide(aCommand({ status: 'awaiting-approval' }), mayGo, begin)).toBeNull();
  });

  it('goes back to the queue when no gateway wrote it within five seconds', () => {
    const issued = tell(aCommand(), [0, mayGo]);
    expect(decide(issued, due(), at(4_999))).toBeNull();
    const back = tell(issued, [5_000, due()]);
    expect(back).toMatchObject({ status: 'queued', issuedAt: null, nextActionAt: at(15_000) });
    expect(tell(back, [15_000, due(false)])).toMatchObject({ status: 'queued', issuedAt: null, nextActionAt: null });
    expect(tell(back, [15_000, due()])).toMatchObject({ attempt: 2, issuedAt: at(15_000) });
  });

  it('takes the word of an attempt that was thought lost: the agent has been told', () => {
    const again = tell(aCommand(), [0, mayGo], [5_000, due()], [15_000, due()]);
    expect(tell(again, [15_001, sent(5_001, 1)])).toMatchObject({ status: 'sent', writes: 1 });
    expect(decide(again, sent(1, 9), at(15_001))).toBeNull();
  });

  it('is written again only after 60 s without a word', () => {
    expect(decide(told, due(), at(60_000))).toBeNull();
    const again = tell(told, [60_010, due()], [60_020, sent(60_020, 2)]);
    expect(again).toMatchObject({ status: 'sent', attempt: 2, writes: 2, sentAt: at(60_020), startedAt: at(10) });
    expect(decide(running, due(), at(70_000))).toBeNull();
  });

  it('that was written once stays with its host while the agent is away', () => {
    const away = tell(told, [60_010, due(false)]);
    expect(away).toMatchObject({ status: 'sent', issuedAt: null, nextActionAt: at(120_010) });
    expect(tell(away, [120_010, due()])).toMatchObject({ status: 'sent', attempt: 2, issuedAt: at(120_010) });
  });

  it('fails when the agent drops it in silence, after five frames', () => {
    let command = aCommand();
    for (let ms = 0; !hasEnded(command) && ms < 3_600_000; ms += 60_100) {
      command = tell(command, [ms, command.writes === 0 ? mayGo : due()]);
      command = tell(command, [ms + 10, sent(ms + 10, command.attempt)]);
    }
    expect(command).toMatchObject({
      status: 'failed',
      writes: 5,
      error: 'The agent was told 5 times and did not react',
    });
  });

  it('is over after three hours', () => {
    expect(tell(running, [3 * 3_600_000 - 1, says(3 * 3_600_000 - 1, 'evaluating')]).nextActionAt).toEqual(
      at(10_800_010),
    );
    const stale = tell(running, [3 * 3_600_000 + 10, due()]);
    expect(stale).toMatchObject({
      status: 'failed',
      error: 'It was ended: the agent had not finished after 180 minutes',
    });
  });

  it('is told again when the agent has said nothing for longer than any scan lasts', () => {
    const silent = tell(running, [20 + limits.scanSilentMs, due()]);
    expect(silent).toMatchObject({ status: 'sent', phase: null, endedAt: null });
    expect(tell(silent, [20 + limits.scanSilentMs, due()])).toMatchObject({ attempt: 2 });
    const uploading = tell(running, [30, says(30, 'sending')]);
    expect(decide(uploading, due(), at(20 + limits.uploadSilentMs))).toBeNull();
    expect(tell(uploading, [30 + limits.uploadSilentMs, due()])).toMatchObject({ status: 'sent' });
  });

  it('is not taken for unanswered while the words of agents are late', () => {
    const unheard = tell(told, [60_010, due(true, null)]);
    expect(unheard).toMatchObject({ status: 'sent', issuedAt: null, nextActionAt: at(70_010) });
    const gap = tell(told, [60_010, due(true, at(50_000))]);
    expect(gap).toMatchObject({ issuedAt: null, nextActionAt: at(110_000) });
    expect(tell(gap, [110_000, due(true, at(50_000))])).toMatchObject({ attempt: 2 });
  });

  it('ends with the frame that says that there are no results', () => {
    const nothing = says(30, 'completed', { message: 'Scan completed (no results)' });
    expect(tell(running, [30, nothing])).toMatchObject({ status: 'completed', scanIds: [], endedAt: at(30) });
  });

  it('waits for the results of an agent that says it is done, but not for ever', () => {
    const done = tell(running, [30, says(30, 'completed', { message: 'Score: 0.0%' })]);
    expect(done.status).toBe('running');
    expect(tell(done, [30 + limits.resultsOverdueMs, due()])).toMatchObject({
      status: 'failed',
      error: 'The agent said that it had finished, but no results came',
    });
  });

  it('fails as the agent says, and with the failed scan that it submits', () => {
    const off = says(30, 'failed', { message: 'Compliance scanning not available', error: 'not available' });
    expect(tell(running, [30, off])).toMatchObject({ status: 'failed', error: 'not available' });
    expect(tell(running, [30, recorded('failed', 'oscap died')])).toMatchObject({
      status: 'failed',
      error: 'oscap died',
      scanIds: [scanId],
    });
  });

  it('is asked for again when the agent could not upload: it would not send the results a second time', () => {
    const lost = says(30, 'failed', { message: 'Failed to send results', error: 'connection refused' });
    const again = tell(running, [30, lost]);
    expect(again).toMatchObject({ status: 'sent', phase: null, endedAt: null, nextActionAt: at(10_030) });
    expect(tell(again, [10_030, due()])).toMatchObject({ attempt: 2, issuedAt: at(10_030) });
    expect(decide(again, says(30, 'sending'), at(31))).toBeNull();
    expect(tell(again, [10_000, recorded()])).toMatchObject({ status: 'completed' });
  });

  it('ends once even if the word that it was written comes after the results', () => {
    const issued = tell(aCommand(), [0, mayGo]);
    const done = tell(issued, [5, says(5, 'started')], [6, recorded()], [7, sent(1)]);
    expect(done).toMatchObject({ status: 'completed', endedAt: at(6) });
    const late = tell(issued, [5, says(5, 'evaluating')], [7, sent(1)]);
    expect(late).toMatchObject({ status: 'running', writes: 1, phase: 'evaluating', sentAt: at(1) });
  });

  it('takes results while the word that its frame was written is held up for longer', () => {
    const putOff = tell(aCommand(), [0, mayGo], [5_000, due()]);
    expect(tell(putOff, [6_000, recorded()], [6_001, sent(1)])).toMatchObject({
      status: 'completed',
      endedAt: at(6_000),
    });
    expect(decide(aCommand(), recorded(), begin)).toBeNull();
  });

  it('does not take the last words of the scan before for its own', () => {
    expect(decide(told, says(9, 'completed', { message: 'Score: 50.0%' }), at(12))).toBeNull();
  });

  it('does not go back when the words of the agent come out of order', () => {
    const parsing = tell(running, [30, says(30, 'parsing')], [31, says(25, 'evaluating')]);
    expect(parsing).toMatchObject({ phase: 'parsing', progress: 80 });
  });
});

describe('results of one scanner of two', () => {
  const inPart = tell(running, [30, recorded('completed', null, false)]);

  it('do not end the command: the other still works', () => {
    expect(inPart).toMatchObject({ status: 'running', scanIds: [scanId], endedAt: null });
    expect(tell(inPart, [40, recorded()])).toMatchObject({ status: 'completed', scanIds: [scanId, scanId] });
    expect(tell(inPart, [40, recorded('failed', 'no docker')])).toMatchObject({
      status: 'completed',
      error: 'no docker',
    });
  });

  it('are all there is once the agent says that it is done, or says nothing for too long', () => {
    const done = says(40, 'completed', { message: 'Score: 50.0%' });
    expect(tell(inPart, [40, done])).toMatchObject({ status: 'completed', scanIds: [scanId] });
    expect(tell(running, [30, done], [40, recorded('completed', null, false)]).status).toBe('completed');
    expect(tell(inPart, [30 + limits.resultsOverdueMs, due()]).status).toBe('completed');
    const failed = tell(running, [30, recorded('failed', 'oscap died', false)]);
    expect(tell(failed, [40, done])).toMatchObject({ status: 'failed', error: 'oscap died' });
  });
});

describe('a cancel', () => {
  const cancel: Occurrence = { type: 'cancel', by: 'key:two' };

  it('ends what waits at once', () => {
    expect(tell(aCommand(), [5, cancel])).toMatchObject({ status: 'cancelled', cancelledBy: 'key:two' });
    expect(tell(aCommand({ status: 'awaiting-approval' }), [5, cancel]).status).toBe('cancelled');
  });

  it('of what the agent works on waits for the agent', () => {
    const asked = tell(running, [30, cancel]);
    expect(asked).toMatchObject({ status: 'running', cancelledBy: 'key:two', endedAt: null });
    expect(decide(asked, cancel, at(31))).toBeNull();
    const failed = recorded('failed', 'scan cancelled or timed out: context canceled');
    expect(tell(asked, [40, failed])).toMatchObject({ status: 'cancelled', scanIds: [scanId] });
    expect(tell(asked, [40, says(40, 'cancelled')])).toMatchObject({ status: 'cancelled', cancelledBy: 'key:two' });
    expect(tell(asked, [40, says(40, 'failed', { error: 'cancelled' })]).status).toBe('cancelled');
    expect(tell(asked, [40, recorded()]).status).toBe('completed');
  });

  it('of what the agent works on does not wait for ever', () => {
    const asked = tell(running, [30, cancel], [40, says(40, 'evaluating')]);
    expect(decide(asked, due(), at(limits.cancelAnswerMs))).toBeNull();
    expect(tell(asked, [30 + limits.cancelAnswerMs, due()]).status).toBe('cancelled');
  });
});

describe('a command that needs approval', () => {
  const waiting = aCommand({ status: 'awaiting-approval', approveBy: at(1_000), nextActionAt: at(1_000) });

  it('waits for the agent once it is approved', () => {
    const approved = tell(waiting, [5, { type: 'approve', by: 'key:two' }]);
    expect(approved).toMatchObject({ status: 'queued', approvedBy: 'key:two', nextActionAt: null });
    expect(decide(approved, { type: 'refuse', by: 'key:two' }, at(6))).toBeNull();
  });

  it('ends when it is refused, and when nobody approves it in time', () => {
    expect(tell(waiting, [5, { type: 'refuse', by: 'key:two' }])).toMatchObject({ status: 'refused', endedAt: at(5) });
    expect(decide(waiting, due(), at(999))).toBeNull();
    expect(tell(waiting, [1_000, due()])).toMatchObject({ status: 'refused', approvedBy: null });
  });
});

describe('a command that is done in a moment', () => {
  it.each(['cancel-scan', 'configure', 'remediate'] as const)('%s ends with its writing', (kind) => {
    const command = tell(aCommand({ kind }), [0, mayGo], [10, sent(10)]);
    expect(command).toMatchObject({ status: 'completed', endedAt: at(10) });
  });
});

describe('an installation', () => {
  const sentOnce = tell(aCommand({ kind: 'install-scanner' }), [0, mayGo], [10, sent(10)]);

  it('shows the steps that the agent reports and ends with its status', () => {
    const going = tell(sentOnce, [20, status('installing', 2, 'Installing OpenSCAP')]);
    expect(going).toMatchObject({ status: 'running', progress: 33, message: 'Installing OpenSCAP' });
    expect(going.steps).toHaveLength(2);
    expect(tell(going, [30, status('ready', 5, 'ready')])).toMatchObject({ status: 'completed', message: 'ready' });
    expect(tell(going, [30, status('error', 5, 'no apt')])).toMatchObject({ status: 'failed', error: 'no apt' });
  });

  it('is not ended by a report of the time before, nor written twice', () => {
    expect(decide(sentOnce, status('ready'), at(20))).toBeNull();
    expect(decide(sentOnce, due(), at(60_010))).toBeNull();
    expect(tell(sentOnce, [limits.installMustEndMs + 10, due()]).status).toBe('failed');
  });

  it('of content ends with the next report', () => {
    const upgrade = tell(aCommand({ kind: 'upgrade-content' }), [0, mayGo], [10, sent(10)]);
    expect(tell(upgrade, [20, status('ready')]).status).toBe('completed');
  });
});

describe('whatever happens', () => {
  const times = fc.nat(20_000_000);
  const occurrences = fc.oneof(
    fc.constant(mayGo),
    fc.boolean().map((canGo) => due(canGo)),
    times.map((ms) => sent(ms)),
    fc
      .tuple(times, fc.constantFrom('started', 'evaluating', 'completed', 'failed', 'cancelled'))
      .map(([ms, phase]) => says(ms, phase)),
    fc.constantFrom('completed' as const, 'failed' as const).map((as) => recorded(as)),
    fc.constant<Occurrence>({ type: 'cancel', by: 'key:x' }),
    fc.constant<Occurrence>({ type: 'approve', by: 'key:x' }),
    fc.constant<Occurrence>({ type: 'give-up', error: 'enough' }),
    fc.constantFrom('installing', 'ready', 'error').map((word) => status(word, 1)),
  );
  const kinds = fc.constantFrom('scan', 'scan-image', 'install-scanner', 'remediate', 'configure');

  it('a command ends at most once, and its version grows with each change', () => {
    fc.assert(
      fc.property(kinds, fc.array(fc.tuple(times, occurrences), { maxLength: 30 }), (kind, story) => {
        let command = aCommand({ kind: kind as AgentCommand['kind'] });
        let ends = 0;
        for (const [ms, occurrence] of story) {
          const event = decide(command, occurrence, at(ms));
          if (event === null) continue;
          const next = evolve(command, event, at(ms));
          expect(next.version).toBe(command.version + 1);
          expect(next.endedAt !== null).toBe(['completed', 'failed', 'cancelled', 'refused'].includes(next.status));
          if (hasEnded(next)) ends += 1;
          command = next;
        }
        expect(ends).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('a command that an agent was told has a time at which somebody looks after it', () => {
    const isLost = ({ status, issuedAt, nextActionAt }: AgentCommand): boolean =>
      (status === 'sent' || status === 'running' || issuedAt !== null) && nextActionAt === null;
    fc.assert(
      fc.property(kinds, fc.array(fc.tuple(times, occurrences), { maxLength: 30 }), (kind, story) => {
        expect(isLost(tell(aCommand({ kind: kind as AgentCommand['kind'] }), ...story))).toBe(false);
      }),
    );
    expect(isLost(running)).toBe(false);
  });
});
