import { scoreOf } from '@assay/benchmarks';
import type { BenchmarkProfileType, RuleCounts } from '@assay/contracts';
import type { Severity } from '@assay/kernel';

/** A scan's score, and what it is made of. */
export interface Scored {
  readonly type: BenchmarkProfileType;
  readonly counts: RuleCounts;
  readonly score: number | null;
  /** Results that are waived; those that passed need no waiver and are never among them. */
  readonly waived: { readonly failed: number; readonly warnings: number; readonly errors: number };
  /** Rules that fail and are not waived. */
  readonly failing: Readonly<Partial<Record<Severity, number>>>;
}

/**
 * The score without waived results: they count neither for nor against the host. Null where nothing else was evaluated. A
 * waived rule that passes goes on to count: a waiver makes no score worse.
 */
export function effectiveScore({ type, counts, score, waived, failing }: Scored): number | null {
  const left = waived.failed + waived.warnings + waived.errors;
  if (left === 0) return score;
  const remaining = {
    ...counts,
    total: counts.total - left,
    failed: counts.failed - waived.failed,
    warnings: counts.warnings - waived.warnings,
    errors: counts.errors - waived.errors,
  };
  return scoreOf(type, remaining, failing);
}
