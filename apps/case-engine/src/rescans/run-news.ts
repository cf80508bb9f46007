import type { Finding, JudgedFinding } from '@assay/contracts';
import { severities } from '@assay/kernel';
import { inFewWords, type Judged, placeOf } from '../findings/judgement.js';
import { limits } from '../limits.js';

/** A finding that a rescan added, as it is kept with its run. */
export type NewsDetail = Pick<Finding, 'key' | 'vulnerabilityId' | 'severity' | 'title' | 'component' | 'kev'>;

/** What is there and was not there the last time; and what is known to be exploited and was not, or not known to be. */
export interface RunNews {
  readonly fresh: readonly Judged[];
  readonly freshKev: readonly Judged[];
}

/**
 * Compares what is found now with what was found the last time. One that only goes by another name since, because groups of
 * aliases became one, is no news.
 */
export function newsOf(before: readonly Finding[], now: readonly Judged[]): RunNews {
  const present = new Set(now.map(({ finding }) => finding.key));
  const exploited = before.filter(({ kev }) => kev !== null);
  const wasThere = knownAmong(before, present);
  const wasExploited = knownAmong(exploited, present);
  return {
    fresh: now.filter(({ finding }) => !wasThere(finding)),
    freshKev: now.filter(({ finding }) => finding.kev !== null && !wasExploited(finding)),
  };
}

function knownAmong(before: readonly Finding[], present: ReadonlySet<string>): (finding: Finding) => boolean {
  const keys = new Set(before.map(({ key }) => key));
  const gone = new Set(before.filter(({ key, group }) => group !== null && !present.has(key)).map(spotOf));
  return (finding) => keys.has(finding.key) || (finding.group !== null && gone.has(spotOf(finding)));
}

function spotOf(finding: Finding): string {
  return JSON.stringify([finding.group, placeOf(finding)]);
}

export function detailOf({ key, vulnerabilityId, severity, title, component, kev }: Finding): NewsDetail {
  return { key, vulnerabilityId, severity, title, component, kev };
}

/** The worst of them in few words: as many as an event has room for. */
export function worstOf(findings: readonly Finding[]): JudgedFinding[] {
  const rank = ({ kev, severity }: Finding): number =>
    severities.indexOf(severity) - (kev === null ? 0 : severities.length);
  const worst = findings.toSorted((one, other) => rank(one) - rank(other)).slice(0, limits.rescanNamed);
  const named: JudgedFinding[] = [];
  let bytes = 0;
  for (const each of worst.map(inFewWords)) {
    bytes += Buffer.byteLength(JSON.stringify(each));
    if (bytes > limits.rescanNamedBytes) break;
    named.push(each);
  }
  return named;
}
