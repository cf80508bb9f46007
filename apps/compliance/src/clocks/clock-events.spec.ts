import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { groupChanges, type ChangedClock } from './clock-events.js';
import { clockKeyOf, groupOfClockKey } from './clock-key.js';

const at = new Date('2026-01-01T00:00:00Z');
const changed = (change: ChangedClock['change'], vulnerabilityId = 'CVE-1'): ChangedClock => ({
  change,
  dueAt: at,
  clock: {
    id: newId(),
    subjectKey: '["image","acme/api"]',
    clockKey: newId(),
    vulnerabilityId,
    severity: 'high',
    status: 'running',
    startedAt: at,
    dueAt: at,
    pausedAt: null,
    pausedMs: 0,
    stoppedAt: null,
    breachedAt: null,
    findings: {},
  },
});
const sizes = (changes: readonly ChangedClock[]): [string, number][] =>
  groupChanges(changes).map(({ change, clocks }) => [change, clocks.length]);

describe('the events of a judgement', () => {
  it('are one per reason', () => {
    const changes = [changed('opened'), changed('resolved'), changed('opened')];
    expect(sizes(changes)).toEqual([
      ['opened', 2],
      ['resolved', 1],
    ]);
    expect(groupChanges(changes)[0]!.subject).toEqual({ kind: 'image', imageName: 'acme/api' });
  });

  it('hold a hundred clocks each', () => {
    expect(sizes(Array.from({ length: 250 }, () => changed('opened')))).toEqual([
      ['opened', 100],
      ['opened', 100],
      ['opened', 50],
    ]);
  });

  it('stay below the size of a message, however long the ids of rules are', () => {
    const groups = groupChanges(Array.from({ length: 50 }, () => changed('opened', 'r'.repeat(4_000))));
    expect(groups.length).toBeGreaterThan(1);
    for (const group of groups) expect(Buffer.byteLength(JSON.stringify(group))).toBeLessThan(50 * 1024);
  });

  it('are none where nothing changed', () => expect(groupChanges([])).toEqual([]));
});

describe('the key of a clock', () => {
  it('is the alias group, or the finding where there is none', () => {
    const group = newId();
    expect(groupOfClockKey(clockKeyOf({ group, key: 'k' }))).toBe(group);
    expect(groupOfClockKey(clockKeyOf({ group: null, key: group }))).toBeNull();
  });
});
