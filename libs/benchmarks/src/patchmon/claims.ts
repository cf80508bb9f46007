import type { RuleCounts } from '@assay/contracts';
import type { Claim } from '../benchmark.js';
import { type JsonObject, member } from '../json-object.js';
import { maxResultsPerScan } from '../limits.js';
import type { Notes } from '../notes.js';
import { rounded } from '../score.js';

/** The counts that a sender gave, each only where it is one. */
export type ClaimedCounts = Partial<RuleCounts>;

const fields = {
  total_rules: 'total',
  passed: 'passed',
  failed: 'failed',
  warnings: 'warnings',
  skipped: 'skipped',
  not_applicable: 'notApplicable',
} as const satisfies Record<string, keyof RuleCounts>;

/** A negative, broken or huge count is none, and is noted. */
export function claimedCountsOf(scan: JsonObject, notes: Notes): ClaimedCounts {
  const claimed: ClaimedCounts = {};
  for (const [field, count] of Object.entries(fields)) {
    const value = member(scan, field);
    if (value === undefined || value === null) continue;
    if (isCount(value)) claimed[count] = value;
    else notes.add(`${field} is no count of rules: ${JSON.stringify(value)?.slice(0, 40)}.`);
  }
  return claimed;
}

export function claimedScoreOf(scan: JsonObject, notes: Notes): number | null {
  const value = member(scan, 'score');
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  notes.add(`score is none of 0 to 100: ${JSON.stringify(value)?.slice(0, 40)}.`);
  return null;
}

/** What was claimed, where it is not what was found; null where all agrees. Scores agree to two decimals. */
export function differenceTo(
  own: { readonly counts: RuleCounts; readonly score: number | null },
  claimed: { readonly counts: ClaimedCounts; readonly score: number | null },
): Claim | null {
  const countsDiffer = Object.values(fields).some((count) => {
    const said = claimed.counts[count];
    return said !== undefined && said !== own.counts[count];
  });
  const scoreDiffers = claimed.score !== null && (own.score === null || !isNear(claimed.score, own.score));
  if (!countsDiffer && !scoreDiffers) return null;
  return {
    counts: countsDiffer ? { ...own.counts, ...claimed.counts } : null,
    score: scoreDiffers ? rounded(claimed.score!) : null,
  };
}

/** Agents round or do not: half a hundredth, and what floating point adds. */
function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 0.005_001;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxResultsPerScan;
}
