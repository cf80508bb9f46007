import type { ScanOutcome } from './receipt.js';

/** A scan as a receipt shows it. */
export type ScanResult = Omit<ScanOutcome, 'receiptId'>;

/** What a document of benchmark results came to: each scan, and beside them what a document with one scan says. */
export interface BenchmarkResult extends Partial<
  Pick<ScanResult, 'scanId' | 'score' | 'effectiveScore' | 'xccdfScore' | 'counts'>
> {
  readonly scans: readonly ScanResult[];
}

/** The scans that were recorded: none for a document that was known before. */
export function benchmarkResultOf(scans: readonly ScanOutcome[]): BenchmarkResult {
  const shown = scans.map(({ receiptId: _, ...scan }) => scan);
  const [only] = shown;
  if (only === undefined || shown.length > 1) return { scans: shown };
  const { scanId, score, effectiveScore, xccdfScore, counts } = only;
  return { scanId, score, effectiveScore, xccdfScore, counts, scans: shown };
}
