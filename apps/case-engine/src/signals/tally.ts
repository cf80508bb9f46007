import type { ReceivedSignal, SignalSeverity, SignalStatus } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Moment } from './moment.js';
import { isUnresolved, worse } from './signal.js';

/** What a signal counts as. Its severity and rule never change, its status does. */
export interface Counted {
  readonly hostId: string;
  readonly ruleId: string;
  readonly severity: SignalSeverity;
  readonly status: SignalStatus;
}

/** What is to be added to a tenant's counts: negative where signals go. */
export interface CountDelta {
  readonly dimension: CountDimension;
  readonly key: string;
  readonly count: number;
}

/** By what a tenant's signals are counted. The total has one key, the empty text; hours and minutes are of their moments. */
export type CountDimension = 'total' | 'status' | 'severity' | 'host' | 'rule' | 'hour' | 'minute';

/** Adds up what changes in a tenant's counts. */
export class Tally {
  private readonly counts = new Map<CountDimension, Map<string, number>>();

  /** Signals of one kind that came, or went where `times` is negative; `at` is null where hours no longer matter. */
  count({ hostId, ruleId, severity, status }: Counted, at: Moment | null, times = 1): void {
    this.add('total', '', times);
    this.add('status', status, times);
    this.add('severity', severity, times);
    this.add('host', hostId, times);
    this.add('rule', ruleId, times);
    if (at === null) return;
    this.add('hour', hourOf(at), times);
    this.add('minute', minuteOf(at), times);
  }

  /** Signals that went from one status to another. */
  move(from: SignalStatus, to: SignalStatus, times = 1): void {
    this.add('status', from, -times);
    this.add('status', to, times);
  }

  /** What has changed, nothing twice. */
  deltas(): CountDelta[] {
    return [...this.counts].flatMap(([dimension, keys]) =>
      [...keys].filter(([, count]) => count !== 0).map(([key, count]) => ({ dimension, key, count })),
    );
  }

  private add(dimension: CountDimension, key: string, count: number): void {
    const keys = this.counts.get(dimension) ?? new Map<string, number>();
    this.counts.set(dimension, keys.set(key, (keys.get(key) ?? 0) + count));
  }
}

/** The hour of a moment, `2031-05-06T07`: such texts sort as the hours do. */
export function hourOf(moment: Moment): string {
  return moment.slice(0, 13);
}

/** The minute of a moment, `2031-05-06T07:08`. */
export function minuteOf(moment: Moment): string {
  return moment.slice(0, 16);
}

/** What a batch adds to the group of a rule on a host. */
export interface GroupDelta {
  readonly hostId: string;
  readonly ruleId: string;
  readonly title: string;
  readonly severity: SignalSeverity;
  readonly counts: Readonly<Record<SignalStatus, number>>;
  readonly bySeverity: Readonly<Partial<Record<SignalSeverity, number>>>;
  readonly firstAt: Moment;
  readonly lastAt: Moment;
  readonly newestId: Uuid;
}

/** A signal as it is indexed, with the moment that was made of its times. */
export type TimedSignal = ReceivedSignal & { readonly moment: Moment };

/** What these signals add to their groups. */
export function groupDeltas(signals: readonly TimedSignal[]): GroupDelta[] {
  const groups = new Map<string, TimedSignal[]>();
  for (const signal of signals) {
    const key = `${signal.hostId}\n${signal.ruleId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [signal]);
    else group.push(signal);
  }
  return [...groups.values()].map(deltaOf);
}

function deltaOf(signals: readonly TimedSignal[]): GroupDelta {
  const [first] = signals;
  let [newest, oldest] = [first!, first!];
  const counts = { open: 0, acknowledged: 0, resolved: 0 };
  const bySeverity: Partial<Record<SignalSeverity, number>> = {};
  let severity: SignalSeverity | null = null;
  for (const signal of signals) {
    if (signal.moment >= newest.moment) newest = signal;
    if (signal.moment < oldest.moment) oldest = signal;
    counts[signal.status] += 1;
    bySeverity[signal.severity] = (bySeverity[signal.severity] ?? 0) + 1;
    if (isUnresolved(signal.status)) severity = severity === null ? signal.severity : worse(severity, signal.severity);
  }
  const { hostId, ruleId, title } = newest;
  const times = { firstAt: oldest.moment, lastAt: newest.moment, newestId: newest.id };
  return { hostId, ruleId, title, severity: severity ?? newest.severity, counts, bySeverity, ...times };
}
