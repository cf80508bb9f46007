import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { trendOf, type TrendRun } from './trend.js';

const on = (day: number, hour = 9): Date => new Date(Date.UTC(2026, 5, day, hour));
const aRun = (startedAt: Date, high: number, known: Partial<TrendRun> = {}): TrendRun => ({
  id: newId(),
  subject: 'main',
  provider: 'github',
  runStartedAt: startedAt,
  ciRunId: null,
  acceptedAt: startedAt,
  commitSha: 'c',
  counts: { critical: 0, high, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 },
  opened: 0,
  fixed: 0,
  ...known,
});

describe('the trend of a repository', () => {
  it('is how its subjects stood together at the end of each day', () => {
    const runs = [
      aRun(on(1), 5, { opened: 5 }),
      aRun(on(1, 11), 3, { fixed: 2 }),
      aRun(on(2), 4, { subject: 'pr 7', opened: 4 }),
      aRun(on(3), 1, { fixed: 2 }),
    ];
    const points = trendOf(runs, 'day');
    expect(points.map(({ at, runs: count }) => [at.toISOString().slice(0, 10), count])).toEqual([
      ['2026-06-01', 2],
      ['2026-06-02', 1],
      ['2026-06-03', 1],
    ]);
    expect(points.map(({ counts }) => counts.high)).toEqual([3, 7, 5]);
    expect(points.map(({ opened, fixed }) => [opened, fixed])).toEqual([
      [5, 2],
      [4, 0],
      [0, 2],
    ]);
  });

  it('is the same whatever the order of arrival, and begins where things stood before', () => {
    const runs = [aRun(on(1), 5), aRun(on(2), 3), aRun(on(9), 1)];
    const base = [aRun(new Date(Date.UTC(2026, 4, 1)), 2, { subject: 'other' })];
    const points = trendOf(runs, 'week', base);
    expect(points.map(({ at }) => at.toISOString().slice(0, 10))).toEqual(['2026-06-01', '2026-06-08']);
    expect(points.map(({ counts }) => counts.high)).toEqual([5, 3]);
    expect(trendOf(runs.toReversed(), 'week', base)).toEqual(points);
  });

  it('has a point for each run; one that came late changes no count', () => {
    const plain = { runStartedAt: null };
    const runs = [aRun(on(1), 5, { ...plain, ciRunId: '2' }), aRun(on(2), 9, { ...plain, ciRunId: '1', opened: 9 })];
    const points = trendOf(runs, 'run');
    expect(points.map(({ runId, counts }) => [runId, counts.high])).toEqual([
      [runs[0]!.id, 5],
      [runs[1]!.id, 5],
    ]);
    expect(points[1]).toMatchObject({ opened: 9 });
  });

  it('is empty where nothing ran', () => expect(trendOf([], 'day')).toEqual([]));
});
