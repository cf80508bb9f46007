import type { Moment } from './moment.js';
import { type CountDimension, hourOf, minuteOf } from './tally.js';

/** Counts of the signals that are kept. Only keys that occur, the largest first. */
export interface SignalStats {
  readonly total: number;
  /** Signals that happened in the last 24 hours, by their own time. */
  readonly last24h: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byHost: Readonly<Record<string, number>>;
  /** The ten with the most. */
  readonly topRules: readonly { readonly ruleId: string; readonly count: number }[];
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
const dayMs = 24 * hourMs;

/** Of hours and minutes, the keys that are wanted: all from `from` on, up to `before`. */
export interface CountWindow {
  readonly fromMinute: string;
  readonly fromHour: string;
  readonly beforeHour: string;
}

/** How the last 24 hours are counted: by whole hours, the whole minutes before these, and one by one before those. */
export interface LastDay {
  readonly window: CountWindow;
  /** One by one what happened after this and before `oneByOneBefore`. */
  readonly oneByOneAfter: Moment;
  readonly oneByOneBefore: Moment;
}

/** The 24 hours before a moment. What a clock that is up to a day ahead says is of now. */
export function lastDayBefore(now: Date): LastDay {
  const after = now.getTime() - dayMs;
  const nextMinute = Math.floor(after / minuteMs) * minuteMs + minuteMs;
  const nextHour = Math.ceil(nextMinute / hourMs) * hourMs;
  const iso = (ms: number): Moment => new Date(ms).toISOString();
  return {
    window: {
      fromMinute: minuteOf(iso(nextMinute)),
      fromHour: hourOf(iso(nextHour)),
      beforeHour: hourOf(iso(now.getTime() + dayMs)),
    },
    oneByOneAfter: iso(after),
    oneByOneBefore: iso(nextMinute),
  };
}

/** Puts counts together. @param oneByOne how many happened between the two moments of the last day's edge */
export function statsOf(counts: readonly Count[], oneByOne: number): SignalStats {
  const of = (...dimensions: CountDimension[]): Count[] =>
    counts.filter(({ dimension }) => dimensions.includes(dimension));
  const byKey = (dimension: CountDimension): Record<string, number> =>
    // Without a prototype, so that a host may be called as its members are.
    Object.assign(
      Object.create(null) as Record<string, number>,
      Object.fromEntries(largestFirst(of(dimension)).map(({ key, n }) => [key, n])),
    );
  const sum = (some: readonly Count[]): number => some.reduce((total, { n }) => total + n, 0);
  return {
    total: sum(of('total')),
    last24h: sum(of('hour', 'minute')) + oneByOne,
    byStatus: byKey('status'),
    bySeverity: byKey('severity'),
    byHost: byKey('host'),
    topRules: largestFirst(of('rule'))
      .slice(0, topRules)
      .map(({ key, n }) => ({ ruleId: key, count: n })),
  };
}

/** One count that is not zero. */
export interface Count {
  readonly dimension: CountDimension;
  readonly key: string;
  readonly n: number;
}

/** As many rules as Santamon's page shows. */
const topRules = 10;

/** Of equal ones the first by name, so that the answer is the same each time. */
function largestFirst(counts: readonly Count[]): Count[] {
  return counts.toSorted((one, other) => other.n - one.n || (one.key < other.key ? -1 : 1));
}
