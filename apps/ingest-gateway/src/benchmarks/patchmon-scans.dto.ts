import type { ScanHead } from '@assay/benchmarks';
import type { SubmittedScan } from './submit-scans.service.js';

const statsSchema = {
  type: 'object',
  properties: Object.fromEntries(
    ['total_rules', 'passed', 'failed', 'warnings', 'skipped', 'not_applicable'].map((name) => [
      name,
      { type: 'integer' },
    ]),
  ),
} as const;

/** The reply of `wire/patchmon.md` §3.5, for the OpenAPI document. */
export const patchMonAnswerSchema = {
  type: 'object',
  properties: {
    message: { type: 'string' },
    scans_received: { type: 'integer' },
    scans: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          scan_id: { type: 'string', format: 'uuid' },
          profile_name: { type: 'string' },
          score: { type: 'number', nullable: true },
          stats: statsSchema,
          results_stored: { type: 'integer' },
        },
      },
    },
  },
} as const;

export const patchMonSubmissionSchema = { type: 'object', additionalProperties: true } as const;

/** The reply, with the planned form's fields at the top for a single scan. */
export function patchMonAnswer(submitted: readonly SubmittedScan[]): object {
  const scans = submitted.map(({ scanId, scan }) => ({
    scan_id: scanId,
    profile_name: scan.profileName,
    score: scan.score,
    stats: statsOf(scan),
    results_stored: scan.resultCount,
  }));
  const [only, ...others] = scans;
  const { scan_id, score, stats } = only ?? {};
  return {
    message: 'Scan results saved successfully',
    scans_received: scans.length,
    scans,
    ...(only !== undefined && others.length === 0 && { scan_id, score, stats }),
  };
}

function statsOf({ counts }: ScanHead): object {
  return {
    total_rules: counts.total,
    passed: counts.passed,
    failed: counts.failed,
    warnings: counts.warnings,
    skipped: counts.skipped,
    not_applicable: counts.notApplicable,
  };
}
