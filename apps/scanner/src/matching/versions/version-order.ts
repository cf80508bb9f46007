/** The order in which one family of ecosystems sorts its versions. Orders never throw, whatever text they get. */
export interface VersionOrder {
  /** False for text that names no release here (`(devel)`, a commit, nothing at all): it lies in no range. */
  isVersion(text: string): boolean;
  /** Below 0, 0 or above 0 as `a` is older than, the same as or newer than `b`. */
  compare(a: string, b: string): number;
  /**
   * Where an installed version stands against the bound of a range, for orders in which a bound may be less exact than the
   * version (a Bitnami bound without revision speaks of all revisions) or the other way round. Default: `compare`.
   */
  compareToBound?(version: string, bound: string): number;
}

/** Orders two runs of decimal digits by value, of any length. Numbers in real versions exceed 2^53 (dates, hashes). */
export function compareDigits(a: string, b: string): number {
  const left = withoutLeadingZeros(a);
  const right = withoutLeadingZeros(b);
  return left.length - right.length || compareText(left, right);
}

/** Orders two texts by UTF-16 code unit, as -1, 0 or 1; never by locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** True if the text is one or more ASCII digits. */
export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start += 1;
  return start === 0 ? digits : digits.slice(start);
}
