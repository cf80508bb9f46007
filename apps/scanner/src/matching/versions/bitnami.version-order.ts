import {
  compareIdentifiers,
  comparePreReleases,
  compareReleases,
  compareUnreadable,
  parseLooseSemver,
} from './semver.version-order.js';
import type { VersionOrder } from './version-order.js';

interface BitnamiVersion {
  readonly release: readonly string[];
  readonly preRelease: readonly string[];
  /** How often Bitnami packaged this release again; empty and `0` are the first time. */
  readonly revision: readonly string[];
}

/**
 * Bitnami's packages: a release number of the upstream project, and behind a hyphen either a pre-release of upstream (begins
 * with a letter: `2.6.0-rc1`) or Bitnami's own revision (begins with a digit: `7.4.0-0`), which stands *above* the release.
 */
export const bitnamiOrder: VersionOrder = {
  isVersion: (text) => parse(text) !== null,
  compare(a, b) {
    const [left, right] = [parse(a), parse(b)];
    if (left === null || right === null) return compareUnreadable(left, right, a, b);
    return compareUpstream(left, right) || compareIdentifiers(left.revision, right.revision);
  },
  /** A bound without revision speaks of the upstream release, so of every revision of it. */
  compareToBound(version, bound) {
    const [left, right] = [parse(version), parse(bound)];
    if (left === null || right === null) return compareUnreadable(left, right, version, bound);
    return (
      compareUpstream(left, right) ||
      (right.revision.length === 0 ? 0 : compareIdentifiers(left.revision, right.revision))
    );
  },
};

function compareUpstream(a: BitnamiVersion, b: BitnamiVersion): number {
  return compareReleases(a.release, b.release) || comparePreReleases(a.preRelease, b.preRelease);
}

function parse(text: string): BitnamiVersion | null {
  const loose = parseLooseSemver(text);
  if (loose === null) return null;
  const isRevision = /^\d/.test(loose.preRelease[0] ?? '');
  if (!isRevision) return { ...loose, revision: [] };
  const revision = loose.preRelease.join('.') === '0' ? [] : loose.preRelease;
  return { release: loose.release, preRelease: [], revision };
}
