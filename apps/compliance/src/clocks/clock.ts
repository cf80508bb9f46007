import { isAtLeast, type Severity, type Uuid } from '@assay/kernel';
import { dueAt, type SlaDays } from '../policies/sla-policy.js';

export const clockStatuses = ['running', 'paused', 'stopped'] as const;
export type ClockStatus = (typeof clockStatuses)[number];

/** What a judgement says of a finding. */
export type FindingState = 'open' | 'excepted' | 'resolved';

/** How far a subject had got when something was said of it: its case's version where there is one, and the time. */
export interface Moment {
  readonly version: number | null;
  readonly at: Date;
}

/** A judgement about one finding. */
export interface Observation {
  readonly findingKey: string;
  readonly state: FindingState;
  readonly severity: Severity;
  readonly vulnerabilityId: string;
  /** It had been resolved only because the documents of a run come one by one: it never went. */
  readonly again?: boolean;
}

/** What was last said of one of a clock's findings. */
export interface LastSeen {
  readonly state: FindingState;
  readonly version: number | null;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** Which clock: one per subject and alias group, or per finding where there is no group. */
export interface ClockIdentity {
  readonly subjectKey: string;
  readonly clockKey: string;
}

/** The time to fix one vulnerability in one subject, however many of its components have it. */
export interface Clock extends ClockIdentity {
  readonly id: Uuid;
  readonly vulnerabilityId: string;
  readonly severity: Severity;
  readonly status: ClockStatus;
  readonly startedAt: Date;
  /** Null while paused, and where the policy gives no date. */
  readonly dueAt: Date | null;
  readonly pausedAt: Date | null;
  /** Time that did not count, in milliseconds. */
  readonly pausedMs: number;
  readonly stoppedAt: Date | null;
  readonly breachedAt: Date | null;
  /** By finding key. Resolved ones stay, so that an older word on them is recognised. */
  readonly findings: Readonly<Record<string, LastSeen>>;
}

export type ClockChange = 'opened' | 'resumed' | 'excepted' | 'resolved';

export interface Evolved {
  readonly clock: Clock;
  /** What happened to the clock; null if it runs, pauses or stands as before. */
  readonly change: ClockChange | null;
}

/**
 * A clock after a judgement. It runs while any of its findings is open, pauses while what is left is accepted, and stops
 * when all are resolved; what was resolved only until the rest of a run came goes on from its start. Word that is older than what is known of a finding changes nothing, so events may come late and
 * twice. Null if everything was known already.
 */
export function evolve(
  before: Clock | null,
  born: ClockIdentity & { readonly id: Uuid },
  observations: readonly Observation[],
  moment: Moment,
  days: SlaDays,
): Evolved | null {
  const news = observations.filter(({ findingKey }) => isNews(before?.findings[findingKey], moment));
  const [first] = news;
  if (first === undefined) return null;

  const seen = { version: moment.version, at: moment.at.toISOString() };
  const findings = { ...before?.findings };
  for (const { findingKey, state } of news) findings[findingKey] = { state, ...seen };
  const status = statusOf(findings);
  const clock = before ?? unborn(born, first, moment.at);
  const severity = severityOf(before, news);
  const told = { ...clock, findings, severity, vulnerabilityId: first.vulnerabilityId };
  const goesOn = before?.status === 'stopped' && news.some(({ state, again }) => state === 'open' && again === true);
  return transition(goesOn ? 'suspended' : (before?.status ?? null), status, told, moment.at, days);
}

function isNews(known: LastSeen | undefined, { version, at }: Moment): boolean {
  if (known === undefined) return true;
  if (known.version !== null && version !== null && known.version !== version) return version > known.version;
  return at.getTime() > Date.parse(known.at);
}

function statusOf(findings: Readonly<Record<string, LastSeen>>): ClockStatus {
  const states = new Set(Object.values(findings).map(({ state }) => state));
  return states.has('open') ? 'running' : states.has('excepted') ? 'paused' : 'stopped';
}

/** The worst of what is open; a clock that runs already does not get better by a second finding. */
function severityOf(before: Clock | null, news: readonly Observation[]): Severity {
  const open = news.filter(({ state }) => state === 'open').map(({ severity }) => severity);
  const counted = before?.status === 'running' ? [before.severity, ...open] : open;
  const all = counted.length > 0 ? counted : [before?.severity ?? news[0]!.severity];
  return all.reduce((worst, severity) => (isAtLeast(severity, worst) ? severity : worst));
}

function transition(
  from: ClockStatus | 'suspended' | null,
  to: ClockStatus,
  clock: Clock,
  at: Date,
  days: SlaDays,
): Evolved {
  const due = (startedAt: Date, pausedMs: number): Date | null => dueAt(days, clock.severity, startedAt, pausedMs);
  switch (to) {
    case 'running': {
      if (from === 'running') {
        const startedAt = at < clock.startedAt ? at : clock.startedAt;
        return { clock: { ...clock, startedAt, dueAt: due(startedAt, clock.pausedMs) }, change: null };
      }
      if (from === 'paused') {
        const pausedMs = clock.pausedMs + Math.max(0, at.getTime() - clock.pausedAt!.getTime());
        const running = { ...clock, status: to, pausedAt: null, pausedMs, dueAt: due(clock.startedAt, pausedMs) };
        return { clock: running, change: 'resumed' };
      }
      if (from === 'suspended') {
        const running = { ...clock, status: to, pausedAt: null, stoppedAt: null };
        return { clock: { ...running, dueAt: due(clock.startedAt, clock.pausedMs) }, change: 'resumed' };
      }
      return { clock: { ...anew(clock, at), status: to, dueAt: due(at, 0) }, change: 'opened' };
    }
    case 'paused': {
      if (from === 'paused') return { clock, change: null };
      if (from === 'running') return { clock: { ...clock, status: to, pausedAt: at, dueAt: null }, change: 'excepted' };
      return { clock: { ...anew(clock, at), status: to, pausedAt: at }, change: null };
    }
    case 'stopped': {
      const change = from === 'running' ? 'resolved' : null;
      return { clock: { ...clock, status: to, stoppedAt: from === 'stopped' ? clock.stoppedAt : at }, change };
    }
  }
}

/** A clock that stood still begins from zero: what came back is a new debt. */
function anew(clock: Clock, at: Date): Clock {
  return { ...clock, startedAt: at, dueAt: null, pausedAt: null, pausedMs: 0, stoppedAt: null, breachedAt: null };
}

function unborn(identity: ClockIdentity & { readonly id: Uuid }, first: Observation, at: Date): Clock {
  const { vulnerabilityId, severity } = first;
  const nothing = { dueAt: null, pausedAt: null, pausedMs: 0, stoppedAt: null, breachedAt: null, findings: {} };
  return { ...identity, ...nothing, vulnerabilityId, severity, status: 'stopped', startedAt: at };
}
