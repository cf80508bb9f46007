import { nextRunName } from '../scans/run-name.js';
import { microseconds, type TrailEntry } from './audit-trail.js';
import type { NativeRescan, NativeRunRescan } from './native-report.js';

/** The trail of a rescan that found something or failed: PatchHound adds it to the files of the scan (`wire/patchhound.md` §10). */
export interface RescanTrail {
  readonly rescanId: string;
  /** When the rescan ended for this scan, `YYYYMMDD_HHMMSS` in UTC; of two in one second the later has the next one. */
  readonly name: string;
}

/** Those of a scan, oldest first. @param rescans as the case-engine lists them, newest first */
export function rescanTrailsOf(rescans: readonly NativeRescan[]): RescanTrail[] {
  const trails: RescanTrail[] = [];
  for (const { rescanId, at } of rescans.filter(hasTrail).toSorted(byTime)) {
    trails.push({ rescanId, name: nextRunName(trails.at(-1)?.name ?? null, new Date(at)) });
  }
  return trails;
}

type Ended = NativeRescan & { readonly at: string };

function hasTrail(rescan: NativeRescan): rescan is Ended {
  if (rescan.at === null) return false;
  return rescan.state !== 'done' || rescan.newCount + rescan.newExceptedCount + rescan.newKevCount > 0;
}

function byTime(one: Ended, other: Ended): number {
  return Date.parse(one.at) - Date.parse(other.at) || (one.rescanId < other.rescanId ? -1 : 1);
}

/** What of a rescan PatchHound's trail has words for: documents that are not what they were, and what was found. */
export function rescanTrailOf(
  { at, state, reason, news }: NativeRunRescan,
  { repo, name }: { readonly repo: string; readonly name: string },
): TrailEntry[] {
  const daily = { repo, timestamp: name, commit_sha: 'Null', commit_author: 'Daily Scan' };
  const entry = (action: string, details: object): TrailEntry => ({
    timestamp: microseconds(at ?? ''),
    action,
    details: { ...daily, ...details },
  });
  if (state !== 'done') {
    const { status, message } = reason ?? unknownReason;
    return [entry(actionOf(reason ?? unknownReason), { status: 'fail', reason: message, check: status })];
  }
  const found = (list: string, action: string): TrailEntry[] => {
    const of = (isExcepted: boolean): string[] =>
      news.filter((each) => each.list === list && each.excepted === isExcepted).map(({ id }) => id);
    const [vulnerabilities, excluded_vulnerabilities] = [of(false), of(true)];
    if (vulnerabilities.length + excluded_vulnerabilities.length === 0) return [];
    return [entry(action, { vulnerabilities, excluded_vulnerabilities })];
  };
  return [
    entry('HASH_VERIFY', { status: 'success' }),
    ...found('new', 'VULNERABILITIES_FOUND'),
    ...found('kev', 'KEV_VULNERABILITIES_FOUND'),
  ];
}

const unknownReason = { status: 'fail', tool: null, message: '' };

/** PatchHound's name for what failed, misspelt as it is there. */
function actionOf({ status, tool }: NonNullable<NativeRescan['reason']>): string {
  const document = tool === 'sbom' ? 'SYFT' : tool === 'trivy' ? 'TRVIY' : null;
  if (status === 'missing-document') return 'MISSING_FILES';
  if (document === null || status.startsWith('damaged-d') || status.startsWith('damaged-f')) {
    return document === null ? 'HASH_VERIFY' : `${document === 'SYFT' ? 'SYFT' : 'TRIVY'}_HASH_VERIFY`;
  }
  return status === 'wrong-signature' ? `${document}_VERIFY_ATTESTATION_SIGNATURE` : `${document}_VERIFY_ATTESTATION`;
}
