import type { AffectedPackage, RangeEvent, VersionRange } from '../advisories/advisory.js';
import { versionOrderOf } from './version-orders.js';
import { semverOrder } from './versions/semver.version-order.js';
import type { VersionOrder } from './versions/version-order.js';

/** Whether a version is affected, and if so the smallest version that no longer is; null if none is known. */
export interface Verdict {
  readonly affected: boolean;
  readonly fixedVersion: string | null;
}

const notAffected: Verdict = { affected: false, fixedVersion: null };

/**
 * Is this version of the package affected? The algorithm of the OSV schema ("Evaluation"): named one by one, or inside a
 * range. Several entries of one advisory for one package are asked one by one; any that says yes decides.
 */
export function affects(affected: AffectedPackage, version: string): Verdict {
  const known = versionOrderOf(affected.ecosystem);
  const fixes: string[] = [];
  let hit = false;
  for (const range of affected.ranges) {
    const order = known ?? (range.type === 'SEMVER' ? semverOrder : null);
    if (order === null) continue;
    if (order.isVersion(version) ? !inRange(range, version, order) : !holdsEverything(range)) continue;
    hit = true;
    fixes.push(...fixesAbove(range, version, order));
  }
  if (!hit && isNamed(affected, version)) {
    hit = true;
    if (known !== null) for (const range of affected.ranges) fixes.push(...fixesAbove(range, version, known));
  }
  return hit ? { affected: true, fixedVersion: smallest(fixes, known ?? semverOrder) } : notAffected;
}

/** The verdict of several entries together, all about the same package. */
export function affectsAny(entries: readonly AffectedPackage[], version: string): Verdict {
  const verdicts = entries.map((entry) => affects(entry, version)).filter((verdict) => verdict.affected);
  if (verdicts.length === 0) return notAffected;
  const fixes = verdicts.map((verdict) => verdict.fixedVersion).filter((fix) => fix !== null);
  const order = versionOrderOf(entries[0]!.ecosystem) ?? semverOrder;
  return { affected: true, fixedVersion: smallest(fixes, order) };
}

function isNamed(affected: AffectedPackage, version: string): boolean {
  if (affected.versions.includes(version)) return true;
  return affected.ecosystem === 'Go' && affected.versions.includes(version.replace(/^v/, ''));
}

/** What is no version (`(devel)`, a commit) is affected only where every version is. */
function holdsEverything(range: VersionRange): boolean {
  return range.events.length > 0 && range.events.every(isStart);
}

function inRange(range: VersionRange, version: string, order: VersionOrder): boolean {
  const to = boundComparison(order);
  if (!beforeLimits(range, version, to)) return false;
  let vulnerable = false;
  for (const event of sorted(range.events, order)) {
    if (event.type === 'introduced' && (event.version === '0' || to(version, event.version) >= 0)) vulnerable = true;
    else if (event.type === 'fixed' && to(version, event.version) >= 0) vulnerable = false;
    else if (event.type === 'last_affected' && to(version, event.version) > 0) vulnerable = false;
  }
  return vulnerable;
}

function beforeLimits(range: VersionRange, version: string, to: (version: string, bound: string) => number): boolean {
  const limits = range.events.filter((event) => event.type === 'limit');
  return limits.length === 0 || limits.some((limit) => limit.version === '*' || to(version, limit.version) < 0);
}

/** By version; of events at one version `last_affected` comes last, so that `introduced` there does not reopen the range. */
function sorted(events: readonly RangeEvent[], order: VersionOrder): RangeEvent[] {
  return events.toSorted((a, b) => {
    const [first, second] = [isStart(a), isStart(b)];
    if (first || second) return Number(second) - Number(first);
    return (
      order.compare(a.version, b.version) || Number(a.type === 'last_affected') - Number(b.type === 'last_affected')
    );
  });
}

function isStart(event: RangeEvent): boolean {
  return event.type === 'introduced' && event.version === '0';
}

function fixesAbove(range: VersionRange, version: string, order: VersionOrder): string[] {
  const to = boundComparison(order);
  return range.events
    .filter((event) => event.type === 'fixed' && to(version, event.version) < 0)
    .map((event) => event.version);
}

function smallest(versions: readonly string[], order: VersionOrder): string | null {
  return versions.toSorted((a, b) => order.compare(a, b))[0] ?? null;
}

function boundComparison(order: VersionOrder): (version: string, bound: string) => number {
  return order.compareToBound ?? order.compare;
}
