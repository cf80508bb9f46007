/** Durations in milliseconds, as people compare them. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** @throws RangeError without a single measurement: nothing measured is not fast. */
export function spreadOf(measured: readonly number[]): Spread {
  if (measured.length === 0) throw new RangeError('nothing was measured');
  const sorted = measured.toSorted((a, b) => a - b);
  // Nearest rank: the smallest value that at least this share of all values does not exceed.
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** A figure beside what was promised for it. */
export interface Promised {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  readonly aim: { readonly atMost: number } | { readonly atLeast: number };
}

/** How the figure stands to its aim: 1 is on it, 2 twice as good, 0.5 half as good, whichever direction is good. */
export function ratioOf({ measured, aim }: Promised): number {
  return 'atMost' in aim ? aim.atMost / measured : measured / aim.atLeast;
}

/** Three digits that matter, for reading. */
export function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
