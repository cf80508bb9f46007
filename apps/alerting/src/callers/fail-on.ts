import { severities, type Severity } from '@assay/kernel';
import { type SeverityReport, vulnerabilities } from '../messages/severity-report.js';

/** CVSS scores from which a number means a severity (CVSS v3.1 §5, as `wire/patchhound.md` §9.1 has it). */
const scores = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [0.1, 'low'],
] as const satisfies readonly (readonly [number, Severity])[];

/**
 * The severity from which a client wants to be told: a word in any case, or a CVSS number, which arrives as text. Without one, or
 * with one that makes no sense, it is `critical`.
 */
export function thresholdOf(failOn: string | null): Severity {
  const said = (failOn ?? '').trim().toLowerCase();
  const word = severities.find((severity) => severity === said);
  if (word !== undefined) return word;
  if (!/^\d{1,2}(\.\d+)?$/.test(said)) return 'critical';
  return scores.find(([from]) => Number(said) >= from)?.[1] ?? 'unknown';
}

/** True if the report has a vulnerability of that severity or a worse one. What is excepted is not in the report. */
export function reaches(report: SeverityReport, threshold: Severity): boolean {
  const bad = severities.slice(0, severities.indexOf(threshold) + 1);
  return bad.some((severity) => vulnerabilities(report, severity) > 0);
}
