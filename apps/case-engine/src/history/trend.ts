import type { SeverityCounts, Uuid } from '@assay/kernel';
import { type Leader, newestOf, withRun } from '../runs/run-order.js';

export const buckets = ['day', 'week', 'run'] as const;
export type Bucket = (typeof buckets)[number];

/** What of a run matters for a trend. */
export interface TrendRun extends Leader {
  /** Whose run it is; the run itself where it has no subject. */
  readonly subject: string;
  readonly counts: TrendCounts;
  readonly opened: number;
  readonly fixed: number;
}

export type TrendCounts = SeverityCounts & { readonly kev: number; readonly excluded: number };

/** How things stood at the end of a day or week, or after a run, and what happened in it. */
export interface TrendPoint {
  /** Beginning of the day or week (Monday), UTC; or when the run began. */
  readonly at: Date;
  readonly runId: Uuid | null;
  readonly commitSha: string | null;
  readonly runs: number;
  /** The newest runs of all subjects together, those of earlier days included. */
  readonly counts: TrendCounts;
  readonly opened: number;
  readonly fixed: number;
}

/**
 * How the counts of some subjects went, oldest first: after each day, week or run what their newest runs say together.
 * A run that is older than one that was there before adds to what is new and fixed, and changes no count, because its
 * subject did not stand by it then.
 */
export function trendOf(runs: readonly TrendRun[], bucket: Bucket, base: readonly TrendRun[] = []): TrendPoint[] {
  const leaders = new Map<string, readonly Leader[]>();
  const standing = new Map<string, TrendRun>();
  const known = new Map<Uuid, TrendRun>();
  const take = (run: TrendRun): void => {
    known.set(run.id, run);
    const after = withRun(leaders.get(run.subject) ?? [], run);
    leaders.set(run.subject, after);
    standing.set(run.subject, known.get(newestOf(after)!.id)!);
  };
  for (const run of base) take(run);

  const points: TrendPoint[] = [];
  for (const run of runs.toSorted(byTime)) {
    take(run);
    const at = bucketOf(run, bucket);
    const last = points.at(-1);
    const same = bucket !== 'run' && last?.at.getTime() === at.getTime() ? points.pop()! : null;
    points.push({
      at,
      runId: bucket === 'run' ? run.id : null,
      commitSha: bucket === 'run' ? run.commitSha : null,
      runs: (same?.runs ?? 0) + 1,
      counts: sum(standing.values()),
      opened: (same?.opened ?? 0) + run.opened,
      fixed: (same?.fixed ?? 0) + run.fixed,
    });
  }
  return points;
}

function timeOf({ runStartedAt, acceptedAt }: TrendRun): Date {
  return runStartedAt ?? acceptedAt;
}

function byTime(one: TrendRun, other: TrendRun): number {
  return timeOf(one).getTime() - timeOf(other).getTime() || (one.id < other.id ? -1 : 1);
}

function bucketOf(run: TrendRun, bucket: Bucket): Date {
  const at = timeOf(run);
  if (bucket === 'run') return at;
  const daysSinceMonday = bucket === 'week' ? (at.getUTCDay() + 6) % 7 : 0;
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() - daysSinceMonday));
}

function sum(runs: Iterable<TrendRun>): TrendCounts {
  const total = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 };
  for (const { counts } of runs) {
    for (const field of Object.keys(total) as (keyof TrendCounts)[]) total[field] += counts[field];
  }
  return total;
}
