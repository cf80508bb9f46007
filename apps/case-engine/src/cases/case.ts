import type { ClosedAs, Subject } from '@assay/contracts';
import { noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { JudgedCounts } from '../findings/judgement.js';
import type { Run } from '../runs/run.js';
import type { Leader } from '../runs/run-order.js';

export type CaseStatus = 'OPEN' | 'RESOLVED';

/** A subject, and how it stands: its newest run, judged. */
export interface Case {
  /** One sequence for the whole platform. */
  readonly id: number;
  readonly subject: Subject;
  readonly status: CaseStatus;
  /** Grows with every change that others are told of; 0 before the first. */
  readonly version: number;
  readonly counts: JudgedCounts;
  /** Rules that matched on the host that it is of, and that nobody has resolved; 0 for everything that is no host. */
  readonly signalGroups: number;
  /** The newest run's, null before the first. */
  readonly newestRun: Uuid | null;
  readonly imageName: string | null;
  readonly commitSha: string | null;
  readonly runUrl: string | null;
  readonly baseline: Baseline;
  /** Why nothing more is asked of it; null while it is open to new runs. */
  readonly closedAs: ClosedAs | null;
  /** The newest runs, by each of the ways in which runs tell their age. */
  readonly leaders: readonly Leader[];
  /** Fingerprint of what its findings were judged from; null where something else has changed them since. */
  readonly findingsPrint: string | null;
  /** The moment of the last judgement. Each is later than the one before, whatever clocks say. */
  readonly judgedAt: Date;
}

/** What a pull request is compared with: a run of its target branch, pinned when its first run came. */
export interface Baseline {
  readonly runId: Uuid | null;
  readonly branch: string | null;
}

/** The outcome of judging a case's findings: how many count, and whether any stands differently than before. */
export interface Judgement {
  readonly counts: JudgedCounts;
  readonly findingsChanged: boolean;
}

/** OPEN while there is something critical or high that counts (`wire/securecase.md` §3.4), or a signal that nobody has resolved. */
export function statusOf(counts: SeverityCounts, signalGroups = 0): CaseStatus {
  return counts.critical + counts.high + signalGroups > 0 ? 'OPEN' : 'RESOLVED';
}

/**
 * True once its change was merged or abandoned: runs that come afterwards enter the history and change nothing else, until
 * the forge says that it is open again. A case that was only forgotten opens with its next run.
 */
export function isClosedForGood({ closedAs }: Pick<Case, 'closedAs'>): boolean {
  return closedAs === 'merged' || closedAs === 'abandoned';
}

/** The case when its change has ended: nothing of it counts any more. */
export function close(before: Case, as: ClosedAs, at: Date): Case {
  const counts = { ...noCounts(), kev: 0, excluded: 0 };
  const nothing = { counts, status: 'RESOLVED', findingsPrint: null } as const;
  return { ...before, ...nothing, closedAs: as, judgedAt: at, version: before.version + 1 };
}

/** The case of a host on which so many rules have matched that nobody has resolved; null if it says so already. */
export function withSignals(before: Case, signalGroups: number, at: Date): Case | null {
  if (before.signalGroups === signalGroups) return null;
  const status = statusOf(before.counts, signalGroups);
  return { ...before, signalGroups, status, judgedAt: at, version: before.version + 1 };
}

/** A closed case of which the forge says that its change is open again: it opens with the run that is judged next. */
export function letOpen(before: Case): Case {
  return { ...before, closedAs: 'stale' };
}

/** For display: SecureCase's form for pull requests and branches. `::` in a name makes it ambiguous, so nothing is found by it. */
export function caseKey(subject: Subject): string {
  switch (subject.kind) {
    case 'pr':
      return [subject.provider, subject.org, subject.repo, 'PR', subject.prId].join('::');
    case 'branch':
      return [subject.provider, subject.org, subject.repo, 'BR', subject.branch].join('::');
    case 'image':
      return `image::${subject.imageName}`;
    case 'host':
      return `host::${subject.hostId}`;
  }
}

/** SecureCase's `max_severity`, exact: LOW also where nothing was found. */
export function maxSeverity(counts: Pick<SeverityCounts, 'critical' | 'high'>): 'CRITICAL' | 'HIGH' | 'LOW' {
  return counts.critical > 0 ? 'CRITICAL' : counts.high > 0 ? 'HIGH' : 'LOW';
}

/** The moment of a judgement: now, but later than the last one, since a transaction may have begun before it and waited. */
export function nextMoment(last: Date, now: Date): Date {
  return now > last ? now : new Date(last.getTime() + 1);
}

/**
 * The case after a judgement of its newest run. The version grows only if somebody could see a difference in what is found:
 * that another run has found the same is said by the run.
 */
export function evolve(before: Case, judgement: Judgement, run: Pick<Run, 'id' | 'origin'> | null, at: Date): Case {
  const { counts, findingsChanged } = judgement;
  const newest =
    run === null
      ? { findingsPrint: null }
      : {
          newestRun: run.id,
          imageName: run.origin.imageName,
          commitSha: run.origin.commitSha,
          runUrl: run.origin.runUrl,
        };
  const closedAs = run === null ? before.closedAs : null;
  const after = { ...before, ...newest, counts, status: statusOf(counts, before.signalGroups), closedAs, judgedAt: at };
  const same = before.closedAs === closedAs && !findingsChanged && before.version > 0;
  return { ...after, version: before.version + (same ? 0 : 1) };
}
