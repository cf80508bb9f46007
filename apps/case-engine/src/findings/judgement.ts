import type { Finding, JudgedFinding } from '@assay/contracts';
import { noCounts, type Severity, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { Exception, Place } from '../exceptions/exception.js';
import { ExceptionIndex } from '../exceptions/exception-index.js';

/** Whether a finding counts. */
export type State = 'open' | 'excluded';

/** A finding with our answer, and the exception that excluded it. */
export interface Judged {
  readonly finding: Finding;
  readonly state: State;
  readonly exceptionId: Uuid | null;
}

/** An open interval as it was written when the subject was judged last. */
export interface Known {
  readonly key: string;
  readonly state: State;
  readonly exceptionId: Uuid | null;
  readonly severity: Severity;
  readonly kev: boolean;
  readonly group: Uuid | null;
  readonly place: string;
  /** Who had seen it; absent where nobody asks. */
  readonly engines?: readonly string[];
}

/** The open interval that a judgement leaves behind. */
export function knownOf({ finding, state, exceptionId }: Judged): Known {
  const { key, severity, kev, group, engines } = finding;
  return { key, state, exceptionId, severity, kev: kev !== null, group, place: placeOf(finding), engines };
}

/** What was judged, as numbers. */
export type JudgedCounts = SeverityCounts & { readonly kev: number; readonly excluded: number };

/**
 * Splits findings into those that count and those that are excepted, each with the exception that did it.
 * Where several cover a finding the narrowest scope wins, so that its reason is the one people read.
 */
export function judge(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
  place: Place,
  now: Date,
): Judged[] {
  const index = new ExceptionIndex(exceptions);
  return findings.map((finding) => {
    const exception = index.covering(finding, place, now);
    return exception === null
      ? { finding, state: 'open', exceptionId: null }
      : { finding, state: 'excluded', exceptionId: exception.id };
  });
}

/** Counts what is open by severity, and beside it the excluded. */
export function countsOf(
  judged: readonly { finding: Pick<Finding, 'severity' | 'kev'>; state: State }[],
): JudgedCounts {
  const counts = { ...noCounts(), kev: 0, excluded: 0 };
  for (const { finding, state } of judged) {
    if (state === 'excluded') counts.excluded += 1;
    else {
      counts[finding.severity] += 1;
      if (finding.kev !== null) counts.kev += 1;
    }
  }
  return counts;
}

/**
 * An interval that ends. `unseen`: none of the engines that had seen the finding has worked on the run, whose other documents
 * may be under way; should it be seen again, that is no news.
 */
export interface Ending {
  readonly key: string;
  readonly as: 'resolved' | 'changed';
  readonly unseen?: true;
}

/** What a judgement does to the intervals of a subject, and what it means to those who listen. */
export interface Difference {
  /** Intervals that end: the finding is gone, or something about it is different from now on. */
  readonly ending: readonly Ending[];
  /** Intervals that begin. */
  readonly beginning: readonly Judged[];
  /** Findings whose vulnerability was merged into another one: old key and new. Their intervals go on. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** What counts now and did not, or counts with another severity or as newly exploited. */
  readonly opened: readonly Finding[];
  /** What does not count any more, or never did, because of an exception. */
  readonly excepted: readonly Finding[];
}

/**
 * Holds a judgement against what was known.
 * @param worked the engines that worked on what was judged; null where all of them did
 */
export function compare(
  known: readonly Known[],
  judged: readonly Judged[],
  worked: ReadonlySet<string> | null = null,
): Difference {
  const left = new Map(known.map((each) => [each.key, each]));
  const renamed = renames(left, judged);
  for (const { from, to } of renamed) {
    const each = left.get(from)!;
    left.delete(from);
    left.set(to, { ...each, key: to });
  }
  const ending: Ending[] = [];
  const beginning: Judged[] = [];
  const opened: Finding[] = [];
  const excepted: Finding[] = [];
  for (const each of judged) {
    const before = left.get(each.finding.key);
    left.delete(each.finding.key);
    if (before !== undefined && isAsBefore(before, each)) continue;
    if (before !== undefined) ending.push({ key: before.key, as: 'changed' });
    beginning.push(each);
    if (each.state === 'open') opened.push(each.finding);
    else if (before?.state !== 'excluded') excepted.push(each.finding);
  }
  for (const [key, { engines = [] }] of left) {
    const unseen = worked !== null && engines.length > 0 && !engines.some((each) => worked.has(each));
    ending.push({ key, as: 'resolved', ...(unseen && { unseen }) });
  }
  return { ending, beginning, renamed, opened, excepted };
}

export function isEmpty({ ending, beginning, renamed }: Difference): boolean {
  return ending.length === 0 && beginning.length === 0 && renamed.length === 0;
}

function isAsBefore(before: Known, { finding, state, exceptionId }: Judged): boolean {
  return (
    before.state === state &&
    before.exceptionId === exceptionId &&
    before.severity === finding.severity &&
    before.kev === (finding.kev !== null)
  );
}

/**
 * The scanner makes keys from the alias group, so a merge of groups gives a finding a new key. What is unknown by key but
 * stands at the place of a known one of the same group, which is not there by its own key any more, is that finding.
 */
function renames(known: ReadonlyMap<string, Known>, judged: readonly Judged[]): { from: string; to: string }[] {
  const fresh = judged.filter(({ finding }) => finding.group !== null && !known.has(finding.key));
  if (fresh.length === 0) return [];
  const present = new Set(judged.map(({ finding }) => finding.key));
  const gone = new Map<string, string>();
  for (const { key, group, place } of known.values()) {
    if (group !== null && !present.has(key)) gone.set(JSON.stringify([group, place]), key);
  }
  return fresh.flatMap(({ finding }) => {
    const spot = JSON.stringify([finding.group, placeOf(finding)]);
    const from = gone.get(spot);
    gone.delete(spot);
    return from === undefined ? [] : [{ from, to: finding.key }];
  });
}

/** Where a finding stands: its component without what changes from scan to scan, else its target. */
export function placeOf({ component, target }: Pick<Finding, 'component' | 'target'>): string {
  if (component === null) return target;
  return component.purl?.replace(/[?#].*$/s, '') ?? `${component.name}@${component.version}`;
}

/** A finding in the few words that events carry. */
export function inFewWords(finding: Finding): JudgedFinding {
  const { key, kind, group, vulnerabilityId, severity, kev, epss, component, target } = finding;
  return {
    key,
    kind,
    group,
    vulnerabilityId,
    severity,
    kev: kev !== null,
    epss: epss?.score ?? null,
    component: component && (component.purl ?? `${component.name}@${component.version}`),
    fixedVersion: component?.fixedVersion ?? null,
    target,
  };
}
