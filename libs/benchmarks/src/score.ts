import type { BenchmarkProfileType, RuleCounts, RuleStatus } from '@assay/contracts';
import type { Severity } from '@assay/kernel';

type Tallied = Exclude<keyof RuleCounts, 'total'>;

const countOf: Readonly<Record<RuleStatus, Tallied>> = {
  pass: 'passed',
  fail: 'failed',
  warn: 'warnings',
  skip: 'skipped',
  notapplicable: 'notApplicable',
  error: 'errors',
};

export function noRules(): RuleCounts {
  return { total: 0, passed: 0, failed: 0, warnings: 0, skipped: 0, notApplicable: 0, errors: 0 };
}

/** Counts `statuses`, each of them one rule's. */
export function countStatuses(statuses: Iterable<RuleStatus>): RuleCounts {
  const counts = noRules();
  for (const status of statuses) addStatus(counts, status, 1);
  return counts;
}

/** Adds so many rules of a status, in place; negative takes them away. */
export function addStatus(counts: RuleCounts, status: RuleStatus, rules: number): void {
  counts[countOf[status]] += rules;
  counts.total += rules;
}

/** PatchMon's formula (`wire/patchmon.md` §3.4): passed / (total − not applicable − skipped) × 100; null where nothing was evaluated. */
export function patchMonScore({ total, passed, notApplicable, skipped }: RuleCounts): number | null {
  return percent(passed, total - notApplicable - skipped);
}

/** docker-bench's (§7.2): passed / (passed + failed + warnings) × 100. */
export function dockerBenchScore({ passed, failed, warnings }: RuleCounts): number | null {
  return percent(passed, passed + failed + warnings);
}

const points: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1, unknown: 0 };

/** oscap-docker's (§7.3): 100 less points for each vulnerability, not below 0; null where nothing was found out. */
export function imageScore(
  counts: RuleCounts,
  failedBySeverity: Readonly<Partial<Record<Severity, number>>>,
): number | null {
  if (counts.passed + counts.failed === 0) return null;
  const lost = Object.entries(failedBySeverity).reduce((sum, [severity, rules]) => {
    return sum + points[severity as Severity] * (rules ?? 0);
  }, 0);
  return Math.max(0, 100 - lost);
}

/** The score of a scan of this type. `failedBySeverity` is looked at for images alone. */
export function scoreOf(
  type: BenchmarkProfileType,
  counts: RuleCounts,
  failedBySeverity: Readonly<Partial<Record<Severity, number>>>,
): number | null {
  if (type === 'oscap-docker') return imageScore(counts, failedBySeverity);
  return type === 'docker-bench' ? dockerBenchScore(counts) : patchMonScore(counts);
}

/** Two decimals, as PatchMon shows them. */
export function rounded(score: number): number {
  return Math.round(score * 100) / 100;
}

function percent(part: number, whole: number): number | null {
  return whole <= 0 ? null : rounded((part / whole) * 100);
}
