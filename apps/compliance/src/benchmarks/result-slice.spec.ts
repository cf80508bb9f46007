import type { RuleResult, RuleText } from '@assay/benchmarks';
import { describe, expect, it } from 'vitest';
import { ContentDigest, PendingResults, sliceOf } from './result-slice.js';
import { type KnownRule, textDigest } from './rules.store.js';

const result = (changes: Partial<RuleResult> = {}): RuleResult => ({
  ruleRef: 'a',
  status: 'fail',
  severity: 'high',
  finding: null,
  actual: null,
  expected: null,
  remediation: null,
  ...changes,
});
const text = (changes: Partial<RuleText> = {}): RuleText => ({
  ruleRef: 'a',
  title: 'A rule',
  severity: 'high',
  section: null,
  description: null,
  rationale: null,
  remediation: 'Do it',
  references: [],
  ...changes,
});
const known = (changes: Partial<KnownRule> = {}): KnownRule => ({
  key: '7',
  ruleRef: 'a',
  remediationDigest: textDigest('Do it'),
  lacksTitle: false,
  lacksSeverity: false,
  lacksSection: false,
  lacksDescription: false,
  lacksRationale: false,
  lacksReferences: false,
  seenLongAgo: false,
  ...changes,
});

describe('results that wait to be written', () => {
  it('come with a rule each: its text, or its ref where there is none', () => {
    const pending = new PendingResults();
    pending.add({ rules: [text()], results: [result(), result({ ruleRef: 'b', severity: 'low' })] });
    expect(pending.size).toBe(2);
    const { rules, results } = pending.take();
    expect(results).toHaveLength(2);
    expect(rules.map(({ ruleRef, title, severity }) => [ruleRef, title, severity])).toEqual([
      ['a', 'A rule', 'high'],
      ['b', 'b', 'low'],
    ]);
    expect(pending.size).toBe(0);
  });
});

describe('a slice', () => {
  it('keeps a remediation only where it is not the rule’s', () => {
    const rules = new Map([['a', known()]]);
    expect(sliceOf([result()], [text()], rules).remediations).toBeNull();
    expect(sliceOf([result({ remediation: 'Do it' })], [text()], rules).remediations).toBeNull();
    expect(sliceOf([result({ remediation: 'Or that' })], [text()], rules).remediations).toEqual(['Or that']);
    expect(sliceOf([result()], [text({ remediation: 'Otherwise' })], rules).remediations).toEqual(['Otherwise']);
  });
});

describe('the digest of what was found', () => {
  const digest = (results: RuleResult[], error: string | null = null): string => {
    const content = new ContentDigest('completed', error);
    content.add(results);
    return content.hex();
  };

  it('is the same for the same and another for anything else', () => {
    expect(digest([result()])).toBe(digest([result({ severity: 'low' })]));
    expect(digest([result()])).not.toBe(digest([result({ status: 'pass' })]));
    expect(digest([result()])).not.toBe(digest([result({ finding: 'x' })]));
    expect(digest([])).not.toBe(digest([], 'failed'));
  });
});
