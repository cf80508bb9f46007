import type { Finding } from '@assay/contracts';

/** What is different between two runs. */
export interface RunDiff {
  /** In the later one only. */
  readonly added: readonly Finding[];
  /** In the earlier one only. */
  readonly gone: readonly Finding[];
  /** How many are in both. */
  readonly unchanged: number;
}

/** Holds the findings of two runs against each other, exceptions left aside: it is about the code, not about what counts. */
export function diff(earlier: readonly Finding[], later: readonly Finding[]): RunDiff {
  const [before, after] = [earlier, later].map((findings) => new Set(findings.map(({ key }) => key)));
  const added = later.filter(({ key }) => !before!.has(key));
  return { added, gone: earlier.filter(({ key }) => !after!.has(key)), unchanged: later.length - added.length };
}
