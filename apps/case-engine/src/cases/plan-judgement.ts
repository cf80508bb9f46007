import { isDeepStrictEqual } from 'node:util';
import { type Envelope, type Subject, subjectKey } from '@assay/contracts';
import { type Digest, digestOf, hexOf, type Uuid } from '@assay/kernel';
import { type Exception, type Place, placeOfRun, scopeKeysOf } from '../exceptions/exception.js';
import { type GatePolicy, policyNamesOf } from '../gate/gate-policy.js';
import type { BaselineRun, Docket, DocketedRun, Outcome } from '../runs/docket.js';
import type { DocketOf } from '../runs/docket.store.js';
import type { Run, RunDocument } from '../runs/run.js';
import { type Leader, newestOf, withRun } from '../runs/run-order.js';
import { baselineOf } from './baseline.js';
import { type Case, isClosedForGood } from './case.js';
import { findingsPrintOf, verdictPrintOf } from './judging-print.js';

/** A case while several runs of it are judged: as it stands after those that were, and as it will after those that are planned. */
export interface Standing {
  case: Case;
  /** The run that the case stands by, for writing it; null while that has not changed. */
  newest: Run | null;
  leaders: readonly Leader[];
  newestRun: Uuid | null;
  baseline: Case['baseline'];
  findingsPrint: string | null;
}

export function standingOf(kase: Case, docket: Docket): Standing {
  const { newestRun, baseline, findingsPrint } = kase;
  const newest = docket.runOfId(newestRun)?.run;
  // Cases of the time before leaders were written down have one: the run that they stand by.
  const leaders = kase.leaders.length > 0 || newest === undefined ? kase.leaders : withRun([], newest);
  return { case: kase, newest: null, leaders, newestRun, baseline, findingsPrint };
}

/** The case after everything that was judged. */
export function leftBy({ case: kase, leaders, findingsPrint }: Standing): Case {
  return { ...kase, leaders, findingsPrint };
}

/** True if the newest runs of some track are others than those that were written down. */
export function hasOtherLeaders({ case: kase, leaders }: Standing): boolean {
  return JSON.stringify(kase.leaders) !== JSON.stringify(leaders);
}

/** Why a run is judged. */
export interface Occasion {
  readonly because: 'run' | 'advisories';
  readonly receiptId: Uuid;
  /** The event that says so, which those that follow from it carry on. */
  readonly event: Envelope | undefined;
}

/** One run that shall be judged, with everything that was decided before its findings are looked at. */
export interface PlannedJudgement {
  readonly occasion: Occasion;
  readonly subject: Subject | null;
  /** Null for documents without a subject. */
  readonly standing: Standing | null;
  readonly run: Run;
  /** The documents to be written with the run. */
  readonly taken: readonly RunDocument[];
  readonly docketed: DocketedRun & { readonly verdictPrint: string };
  /** A run that was judged from the very same: its outcome is this one's too. */
  readonly same: DocketedRun | null;
  readonly place: Place;
  readonly policy: GatePolicy;
  readonly exceptions: readonly Exception[];
  readonly exclusionsRefused: boolean;
  readonly baseline: BaselineRun | null;
  readonly findingsPrint: Digest;
  /** It enters the history, gets its verdict and changes nothing else: the case stands by a newer run, or is closed. */
  readonly late: boolean;
  /** The case was judged from the very same findings and exceptions: nothing of it can be different now. */
  readonly unchanged: boolean;
  /** Nor is it another run, nor does it say anything else of itself: the case need not be written. */
  readonly repeated: boolean;
}

/** What must be on the docket to judge runs of this subject and origin. */
export function needsOf(
  subject: Subject | null,
  { origin }: Pick<Run, 'origin'>,
  kase: Case | null,
): Omit<DocketOf, 'runKeys'> {
  const branchKey = targetKey(subject, origin.targetBranch);
  const pinned = kase?.baseline.runId ?? null;
  return {
    runIds: [...new Set([kase?.newestRun ?? null, ...(kase?.leaders ?? []).map(({ id }) => id)])].filter(
      (id) => id !== null,
    ),
    scopeKeys: scopeKeysOf(placeOfRun(subject, origin)),
    policyNames: policyNamesOf(subject),
    baselineIds: pinned === null ? [] : [pinned],
    branchKeys: branchKey === null ? [] : [branchKey],
    commits: branchKey === null || origin.baseSha === null ? [] : [{ branchKey, sha: origin.baseSha }],
  };
}

/**
 * Plans the judgement of a run that has new documents: whether it is late, what it is compared with, and whether anything
 * can be different from the last time. Docket and standing learn of it, so that those that are planned later in a batch
 * are planned as if this one had been judged.
 */
export function planJudgement(
  occasion: Occasion,
  { subject, run, taken }: Pick<PlannedJudgement, 'subject' | 'run' | 'taken'>,
  standing: Standing | null,
  docket: Docket,
): PlannedJudgement {
  const place = placeOfRun(subject, run.origin);
  const policy = docket.policyFor(subject);
  const own = run.exclusions?.value ?? [];
  const exclusionsRefused = own.length > 0 && policy.ciExclusions === 'refuse';
  const exceptions = [...docket.exceptionsFor(place), ...(exclusionsRefused ? [] : own)];
  const leaders = standing === null ? [] : withRun(standing.leaders, run);
  const late = standing !== null && (newestOf(leaders)?.id !== run.id || isClosedForGood(standing.case));
  const baseline = baselineFor(subject, run, standing, docket);
  const findingsPrint = findingsPrintOf(run, exceptions, place);
  const { targetBranch } = run.origin;
  const asked = { subject, targetBranch, baseline, refused: exclusionsRefused };
  const verdictPrint = verdictPrintOf(findingsPrint, policy, asked);
  const newest = docket.runOfId(standing?.newestRun ?? null);
  const unchanged = !late && standing?.findingsPrint === findingsPrint && standing.case.closedAs === null;
  const pinned = { runId: baseline?.id ?? null, branch: targetBranch };
  const docketed = { run, verdictPrint, outcome: null as Outcome | null };
  const planned: PlannedJudgement = {
    occasion,
    subject,
    standing,
    run,
    taken,
    docketed,
    same: newest?.verdictPrint === verdictPrint ? newest : null,
    place,
    policy,
    exceptions,
    exclusionsRefused,
    baseline,
    findingsPrint,
    late,
    unchanged,
    repeated:
      unchanged &&
      newest?.run.id === run.id &&
      isDeepStrictEqual([newest.run.origin, standing?.baseline], [run.origin, pinned]),
  };
  docket.learn(docketed, subject?.kind === 'branch' ? hexOf(digestOf(subjectKey(subject))) : null, !late);
  if (standing !== null) {
    standing.leaders = leaders;
    if (!late) {
      standing.newestRun = run.id;
      standing.baseline = pinned;
      standing.findingsPrint = findingsPrint;
    }
  }
  return planned;
}

/** The run that a case must be judged by, where what came last made neither it nor the one it stood by the newest. */
export function overtakenBy(standing: Standing, docket: Docket): DocketedRun | null {
  const newest = newestOf(standing.leaders);
  if (newest === null || newest.id === standing.newestRun || isClosedForGood(standing.case)) return null;
  return docket.runOfId(newest.id);
}

function baselineFor(subject: Subject | null, run: Run, standing: Standing | null, docket: Docket): BaselineRun | null {
  if (subject === null || standing === null) return null;
  const { targetBranch, baseSha } = run.origin;
  const known = { subject, baseline: standing.baseline };
  const found = docket.baselinesFor(targetKey(subject, targetBranch), baseSha, standing.baseline.runId);
  return baselineOf(run.origin, known, found);
}

/** The key of the branch that a pull request goes into. */
function targetKey(subject: Subject | null, targetBranch: string | null): string | null {
  if (subject?.kind !== 'pr' || targetBranch === null) return null;
  const { provider, org, repo } = subject;
  return hexOf(digestOf(subjectKey({ kind: 'branch', provider, org, repo, branch: targetBranch })));
}
