import { newId } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDays } from '../policies/sla-policy.js';
import { type Clock, evolve, type Evolved, type FindingState, type Moment } from './clock.js';

const begin = Date.parse('2026-01-01T00:00:00Z');
const dayMs = 86_400_000;
const day = (days: number, version: number | null = null): Moment => ({ version, at: new Date(begin + days * dayMs) });
const born = { subjectKey: '["image","acme/api"]', clockKey: newId(), id: newId() };

function tell(
  before: Clock | null,
  moment: Moment,
  said: Record<string, FindingState>,
  severity: 'critical' | 'high' | 'unknown' = 'high',
): Evolved | null {
  const observations = Object.entries(said).map(([findingKey, state]) => ({
    findingKey,
    state,
    severity,
    vulnerabilityId: 'CVE-1',
  }));
  return evolve(before, born, observations, moment, defaultDays);
}

/** A clock after a story of judgements about one finding, a day each. */
function after(...states: FindingState[]): Clock {
  return states.reduce<Clock | null>((clock, state, index) => tell(clock, day(index), { a: state })!.clock, null)!;
}

describe('a clock', () => {
  it('starts with the first open finding and runs out after the days of its severity', () => {
    const { clock, change } = tell(null, day(0), { a: 'open' })!;
    expect(change).toBe('opened');
    expect(clock).toMatchObject({ status: 'running', startedAt: day(0).at, dueAt: day(30).at });
  });

  it('has no date where the policy gives none', () => {
    expect(tell(null, day(0), { a: 'open' }, 'unknown')!.clock).toMatchObject({ status: 'running', dueAt: null });
  });

  it('stops when the last finding is resolved', () => {
    const two = tell(null, day(0), { a: 'open', b: 'open' })!.clock;
    const one = tell(two, day(1), { a: 'resolved' })!;
    expect([one.clock.status, one.change]).toEqual(['running', null]);
    const none = tell(one.clock, day(2), { b: 'resolved' })!;
    expect([none.clock.status, none.change, none.clock.stoppedAt]).toEqual(['stopped', 'resolved', day(2).at]);
  });

  it('that stopped only until the rest of a run came keeps its start, and its pauses', () => {
    const observed = { findingKey: 'a', state: 'open', severity: 'high', vulnerabilityId: 'CVE-1' } as const;
    const again = (before: Clock | null) => evolve(before, born, [{ ...observed, again: true }], day(20), defaultDays)!;
    const { clock, change } = again(after('open', 'resolved'));
    expect(change).toBe('resumed');
    expect(clock).toMatchObject({ status: 'running', startedAt: day(0).at, dueAt: day(30).at, stoppedAt: null });
    expect(again(after('open', 'excepted', 'open', 'resolved')).clock.dueAt).toEqual(day(31).at);
    expect(again(null)).toMatchObject({ change: 'opened', clock: { startedAt: day(20).at } });
    expect(tell(after('open', 'resolved'), day(20), { a: 'open' })!.clock.startedAt).toEqual(day(20).at);
  });

  it('pauses while what is left is accepted, and the pause does not count', () => {
    const paused = tell(after('open'), day(3), { a: 'excepted' })!;
    expect([paused.clock.status, paused.change, paused.clock.dueAt]).toEqual(['paused', 'excepted', null]);
    const again = tell(paused.clock, day(13), { a: 'open' })!;
    expect([again.change, again.clock.startedAt, again.clock.dueAt]).toEqual(['resumed', day(0).at, day(40).at]);
  });

  it('that pauses from the beginning has all its time left when it runs', () => {
    const paused = tell(null, day(0), { a: 'excepted' })!;
    expect([paused.clock.status, paused.change]).toEqual(['paused', null]);
    expect(tell(paused.clock, day(5), { a: 'open' })!.clock.dueAt).toEqual(day(35).at);
  });

  it('begins anew when something comes back', () => {
    const back = tell(after('open', 'excepted', 'resolved'), day(9), { a: 'open' })!;
    expect(back.change).toBe('opened');
    expect(back.clock).toMatchObject({ startedAt: day(9).at, dueAt: day(39).at, pausedMs: 0, stoppedAt: null });
  });

  it('takes the worst severity of what is open', () => {
    const high = tell(null, day(0), { a: 'open' }, 'high')!.clock;
    const critical = tell(high, day(1), { b: 'open' }, 'critical')!.clock;
    expect([critical.severity, critical.dueAt]).toEqual(['critical', day(7).at]);
    expect(tell(critical, day(2), { c: 'open' }, 'high')!.clock.severity).toBe('critical');
  });
});

describe('word that comes late', () => {
  it('or twice changes nothing', () => {
    const clock = after('open', 'resolved');
    expect(tell(clock, day(1), { a: 'resolved' })).toBeNull();
    expect(tell(clock, day(0), { a: 'open' })).toBeNull();
  });

  it('goes by the version of the case before the time', () => {
    const { clock } = tell(null, day(5, 3), { a: 'open' })!;
    expect(tell(clock, day(6, 2), { a: 'resolved' })).toBeNull();
    expect(tell(clock, day(4, 4), { a: 'resolved' })!.change).toBe('resolved');
  });

  it('that something was resolved keeps the older word that it was opened from starting a clock', () => {
    const { clock, change } = tell(null, day(2), { a: 'resolved' })!;
    expect([clock.status, change]).toEqual(['stopped', null]);
    expect(tell(clock, day(1), { a: 'open' })).toBeNull();
  });
});

describe('judgements in any order', () => {
  const states = fc.array(fc.constantFrom<FindingState>('open', 'excepted', 'resolved'), {
    minLength: 1,
    maxLength: 8,
  });

  it('end in the same status as in the right one', () => {
    fc.assert(
      fc.property(
        states.chain((story) =>
          fc.tuple(fc.constant(story), fc.shuffledSubarray([...story.keys()], { minLength: story.length })),
        ),
        ([story, order]) => {
          const shuffled = order.reduce<Clock | null>(
            (clock, index) => tell(clock, day(index, index), { a: story[index]! })?.clock ?? clock,
            null,
          );
          expect(shuffled!.status).toBe(after(...story).status);
        },
      ),
    );
  });
});
