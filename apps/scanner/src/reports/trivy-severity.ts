import type { Severity } from '@assay/kernel';

const known: ReadonlySet<unknown> = new Set<Severity>(['critical', 'high', 'medium', 'low']);

/** Trivy's own four words in any case; everything else, text or not, is `unknown`. No white space is forgiven. */
export function severityOfTrivy(value: unknown): Severity {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  return isKnown(word) ? word : 'unknown';
}

function isKnown(word: unknown): word is Severity {
  return known.has(word);
}
