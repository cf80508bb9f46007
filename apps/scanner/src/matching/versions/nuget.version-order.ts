import { comparePreReleases, compareReleases, compareUnreadable, parseLooseSemver } from './semver.version-order.js';
import type { VersionOrder } from './version-order.js';

/** NuGet packages: SemVer 2.0.0 with an optional fourth number, pre-releases without regard to case (NuGet/docs, versioning). */
export const nugetOrder: VersionOrder = {
  isVersion: (text) => parseLooseSemver(text) !== null,
  compare(a, b) {
    const [left, right] = [parseLooseSemver(a.toLowerCase()), parseLooseSemver(b.toLowerCase())];
    if (left === null || right === null) return compareUnreadable(left, right, a, b);
    return compareReleases(left.release, right.release) || comparePreReleases(left.preRelease, right.preRelease);
  },
};
