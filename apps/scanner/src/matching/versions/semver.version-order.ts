import { SemVer } from 'semver';
import { compareDigits, compareText, isDigits, type VersionOrder } from './version-order.js';

/** A version read leniently: any number of release numbers, then pre-release identifiers. Build metadata is dropped. */
export interface LooseSemver {
  readonly release: readonly string[];
  readonly preRelease: readonly string[];
}

const loosePattern = /^[\s=v]*(\d+(?:\.\d+)*)(?:-?([0-9A-Za-z][0-9A-Za-z.~-]*))?(?:\+.*)?\s*$/;

/** Reads `1.2.3-rc.1+build`, and what real feeds and lock files hold beside it: `v1.2`, `1.2.3.4`, `1.2.3beta`. */
export function parseLooseSemver(text: string): LooseSemver | null {
  const found = loosePattern.exec(text);
  if (found === null) return null;
  return { release: found[1]!.split('.'), preRelease: found[2] === undefined ? [] : found[2].split('.') };
}

/** Compares release numbers; a missing one counts as 0. */
export function compareReleases(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareDigits(a[index] ?? '0', b[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** Precedence of pre-release identifiers (SemVer 2.0.0 §11.4): numbers below words, a prefix below what extends it. */
export function compareIdentifiers(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left, right] = [a[index]!, b[index]!];
    const [leftNumeric, rightNumeric] = [isDigits(left), isDigits(right)];
    if (leftNumeric !== rightNumeric) return leftNumeric ? -1 : 1;
    const order = leftNumeric ? compareDigits(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * Semantic Versioning 2.0.0, as npm, crates.io, Hex, Pub and OSV's own `SEMVER` ranges use it. The `semver` library decides
 * wherever it can read both sides; the rest (too many numbers, numbers above 2^53, two-part versions) follows the same
 * precedence rules without its limits, so that both paths form one order.
 */
export const semverOrder: VersionOrder = {
  isVersion: (text) => parseLooseSemver(text) !== null,
  compare(a, b) {
    const strict = [parseStrict(a), parseStrict(b)] as const;
    if (strict[0] !== null && strict[1] !== null) return strict[0].compare(strict[1]);
    const [left, right] = [parseLooseSemver(a), parseLooseSemver(b)];
    if (left === null || right === null) return compareUnreadable(left, right, a, b);
    return compareReleases(left.release, right.release) || comparePreReleases(left.preRelease, right.preRelease);
  },
};

/** A version without pre-release stands above all of its pre-releases. */
export function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  return compareIdentifiers(a, b);
}

/** Unreadable versions sort below readable ones and among themselves by text, so that the order stays total. */
export function compareUnreadable(left: unknown, right: unknown, a: string, b: string): number {
  if (left === null && right === null) return compareText(a, b);
  return left === null ? -1 : 1;
}

const strictPattern = /^v?\d+\.\d+\.\d+(?:[-+]|$)/;

function parseStrict(text: string): SemVer | null {
  if (!strictPattern.test(text)) return null;
  try {
    return new SemVer(text);
  } catch {
    return null;
  }
}
