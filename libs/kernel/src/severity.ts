/** Severities from worst to least, in the words of CVSS v3.1 §5; `unknown` where nobody said. */
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
export type Severity = (typeof severities)[number];

/** True if `severity` is as bad as `threshold` or worse. `unknown` is below everything. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

/** Findings by severity. */
export type SeverityCounts = Record<Severity, number>;

/** A tally of nothing. */
export function noCounts(): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
}
