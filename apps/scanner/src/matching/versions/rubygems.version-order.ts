import { compareDigits, compareText, isDigits, type VersionOrder } from './version-order.js';

const correct = /^\s*\d+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\s*$/;

/**
 * Ruby gems, as `Gem::Version#<=>` orders them: words stand below numbers, trailing zeros mean nothing. Own code because
 * `@renovatebot/ruby-semver` takes `1beta` for `1` and loses digits above 2^53.
 */
export const rubygemsOrder: VersionOrder = {
  isVersion: (text) => correct.test(text),
  compare(a, b) {
    const [left, right] = [canonicalSegments(a), canonicalSegments(b)];
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      const order = compareSegments(left[index] ?? '0', right[index] ?? '0');
      if (order !== 0) return order;
    }
    return 0;
  },
};

function compareSegments(a: string, b: string): number {
  const [leftNumeric, rightNumeric] = [isDigits(a), isDigits(b)];
  if (leftNumeric !== rightNumeric) return leftNumeric ? 1 : -1;
  return leftNumeric ? compareDigits(a, b) : compareText(a, b);
}

/** `Gem::Version#canonical_segments`: zeros are dropped at the end and right before the first word. */
function canonicalSegments(version: string): string[] {
  const segments = version.replaceAll('-', '.pre.').match(/\d+|[a-z]+/gi) ?? [];
  const firstWord = segments.findIndex((segment) => !isDigits(segment));
  const numbers = firstWord === -1 ? segments : segments.slice(0, firstWord);
  const rest = firstWord === -1 ? [] : segments.slice(firstWord);
  return [...withoutTrailingZeros(numbers), ...withoutTrailingZeros(rest)];
}

function withoutTrailingZeros(segments: readonly string[]): string[] {
  const kept = [...segments];
  while (kept.length > 0 && /^0+$/.test(kept.at(-1)!)) kept.pop();
  return kept;
}
