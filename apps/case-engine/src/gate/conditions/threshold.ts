import { isAtLeast, severities } from '@assay/kernel';
import { z } from 'zod';
import { type Candidate, condition, counted } from './condition.js';

/** `threshold`: findings of this severity or worse block; null leaves that to the other conditions. */
export const threshold = condition({
  name: 'threshold',
  setting: z.enum(severities).nullable().default('high'),
  weigh: (worst, { finding }) => (worst !== null && isAtLeast(finding.severity, worst) ? 'blocks' : null),
  explain: (findings) => [...sentences(findings, true), ...sentences(findings, false)],
});

function sentences(findings: readonly Candidate[], isNew: boolean): string[] {
  const where = isNew ? 'new in this change' : 'in the target branch already';
  return severities.flatMap((severity) => {
    const count = findings.filter((each) => each.isNew === isNew && each.finding.severity === severity).length;
    return count === 0 ? [] : [`${counted(count, `${severity} finding`)} ${where}`];
  });
}
