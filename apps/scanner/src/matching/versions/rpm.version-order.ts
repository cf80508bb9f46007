import { compareDigits, compareText, isDigits, type VersionOrder } from './version-order.js';

/** `epoch:version-release` of an rpm; a release of null was not said, which is not the same as an empty one. */
interface Evr {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | null;
}

/** AlmaLinux, Red Hat, Rocky Linux, SUSE and others: `rpmvercmp` on epoch, version and release (rpm-version(7)). */
export const rpmOrder: VersionOrder = {
  isVersion: (text) => text.trim() !== '',
  compare(a, b) {
    const [left, right] = [parse(a), parse(b)];
    const order = compareEpochAndVersion(left, right);
    if (order !== 0) return order;
    if (left.release === null || right.release === null)
      return Number(left.release !== null) - Number(right.release !== null);
    return rpmvercmp(left.release, right.release);
  },
  /** rpm ignores the release where one side of a dependency leaves it out: `4.14.3` says nothing about which build it is. */
  compareToBound(version, bound) {
    const [left, right] = [parse(version), parse(bound)];
    const order = compareEpochAndVersion(left, right);
    if (order !== 0 || left.release === null || right.release === null) return order;
    return rpmvercmp(left.release, right.release);
  },
};

function compareEpochAndVersion(a: Evr, b: Evr): number {
  return rpmvercmp(a.epoch, b.epoch) || rpmvercmp(a.version, b.version);
}

function parse(text: string): Evr {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const epoch = colon > 0 ? trimmed.slice(0, colon) : '0';
  const rest = trimmed.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  if (hyphen === -1) return { epoch, version: rest, release: null };
  return { epoch, version: rest.slice(0, hyphen), release: rest.slice(hyphen + 1) };
}

/** The segments that rpm compares; all that is neither an ASCII letter nor a digit nor `~` nor `^` only separates. */
function segmentsOf(text: string): string[] {
  return text.match(/[0-9]+|[a-zA-Z]+|~|\^/g) ?? [];
}

/** `~` sorts below the end, the end below `^`, `^` below any other segment; numbers are newer than words. */
function rpmvercmp(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareSegments(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSegments(a: string | undefined, b: string | undefined): number {
  const ranks = rankOf(a) - rankOf(b);
  if (ranks !== 0 || a === undefined || b === undefined) return ranks;
  return isDigits(a) ? compareDigits(a, b) : compareText(a, b);
}

function rankOf(segment: string | undefined): number {
  if (segment === '~') return 0;
  if (segment === undefined) return 1;
  if (segment === '^') return 2;
  return isDigits(segment) ? 4 : 3;
}
