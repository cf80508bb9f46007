import type { RuleStatus } from '@assay/contracts';
import { severities, type Severity } from '@assay/kernel';

/** Words of agents for what a rule came to (`wire/patchmon.md` §3.3), and XCCDF's own where a sender passes them on (§7.1). */
const agentWords: Readonly<Record<string, RuleStatus>> = {
  fail: 'fail',
  failed: 'fail',
  failure: 'fail',
  pass: 'pass',
  passed: 'pass',
  warn: 'warn',
  warning: 'warn',
  warned: 'warn',
  skip: 'skip',
  skipped: 'skip',
  notapplicable: 'notapplicable',
  not_applicable: 'notapplicable',
  na: 'notapplicable',
  error: 'error',
  informational: 'warn',
  notselected: 'skip',
  notchecked: 'skip',
  unknown: 'skip',
  fixed: 'skip',
};

/** The results of XCCDF 1.2 §6.6.4.2. `error` stays one: PatchMon's agent calls it a failure, and either lowers the score alike. */
const xccdfWords: Readonly<Record<string, RuleStatus>> = {
  pass: 'pass',
  fail: 'fail',
  error: 'error',
  informational: 'warn',
  notapplicable: 'notapplicable',
  notselected: 'skip',
  notchecked: 'skip',
  unknown: 'skip',
  fixed: 'skip',
};

/** The levels of docker-bench (`wire/patchmon.md` §7.2). */
const dockerBenchWords: Readonly<Record<string, RuleStatus>> = {
  pass: 'pass',
  warn: 'warn',
  info: 'skip',
  note: 'skip',
};

/** Which of two results of one rule counts, the first first (`wire/patchmon.md` §3.4). */
export const statusesByWeight = [
  'fail',
  'warn',
  'pass',
  'skip',
  'notapplicable',
  'error',
] as const satisfies readonly RuleStatus[];

const vocabularies = { agent: agentWords, xccdf: xccdfWords, 'docker-bench': dockerBenchWords };

/** The status of a sender's word; undefined for a word that is none. */
export function statusOf(word: unknown, vocabulary: keyof typeof vocabularies): RuleStatus | undefined {
  if (typeof word !== 'string') return undefined;
  const words = vocabularies[vocabulary];
  const known = word.trim().toLowerCase();
  return Object.hasOwn(words, known) ? words[known] : undefined;
}

/** True if `one` counts more than `other` where a rule has both. */
export function outweighs(one: RuleStatus, other: RuleStatus): boolean {
  return statusesByWeight.indexOf(one) < statusesByWeight.indexOf(other);
}

/** Whatever is none of our words is `unknown`, XCCDF's `info` too. */
export function severityOf(word: unknown): Severity {
  const known = typeof word === 'string' ? word.trim().toLowerCase() : '';
  return severities.find((severity) => severity === known) ?? 'unknown';
}
