import { semverOrder } from './semver.version-order.js';
import type { VersionOrder } from './version-order.js';

const releaseCandidate = /^(\d+(?:\.\d+)*)(rc|beta)(\d+)$/;

/**
 * A Go version in SemVer terms, as the Go vulnerability database writes its ranges: without the leading `v` of modules or
 * `go` of the standard library, `go1.21rc2` as `1.21.0-rc.2`, without what a vendor's toolchain adds behind a space
 * (`go1.20.5 X:boringcrypto`) or a plus (`+incompatible`).
 */
export function canonicalGoVersion(text: string): string {
  const bare = text
    .trim()
    .replace(/^(?:go|v)(?=\d)/, '')
    .split(/[\s+]/, 1)[0]!;
  const candidate = releaseCandidate.exec(bare);
  if (candidate === null) return bare;
  const numbers = candidate[1]!.split('.');
  while (numbers.length < 3) numbers.push('0');
  return `${numbers.join('.')}-${candidate[2]}.${candidate[3]}`;
}

/** Go modules and the standard library. Pseudo-versions need no rule of their own, they are pre-releases by design. */
export const goOrder: VersionOrder = {
  isVersion: (text) => semverOrder.isVersion(canonicalGoVersion(text)),
  compare: (a, b) => semverOrder.compare(canonicalGoVersion(a), canonicalGoVersion(b)),
};
