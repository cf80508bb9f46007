import { describe, expect, it } from 'vitest';
import { checkComplianceHash, complianceHash } from './compliance-hash.js';

const scan = {
  profile_name: 'level1_server',
  profile_type: 'openscap',
  status: 'completed',
  score: 33.333333333,
  total_rules: 4,
  passed: 1,
  failed: 2,
  warnings: 0,
  skipped: 1,
  not_applicable: 0,
  results: [
    {
      rule_ref: 'demo_rule_b',
      title: 'B <check> & more',
      status: 'fail',
      severity: 'high',
      finding: 'line1\nline2 ',
    },
    { rule_ref: 'demo_rule_a', title: 'Cafe\u0301', status: 'pass' },
  ],
};

describe('the hash of a submission', () => {
  // `wire/patchmon.md` §4.
  const vector = '4c0dae490fe056dc405ce4197043b7b5e82e1a5b23c0f9ae078d3f5f3ba4e144';

  it('is that of the vector', () => expect(complianceHash([scan])).toBe(vector));

  it('knows no order of results, no blanks around texts, no times, no host and no error', () => {
    const same = {
      ...scan,
      results: scan.results.toReversed(),
      profile_name: '\u0085 level1_server\u00a0',
      started_at: 'now',
      error: 'x',
      remediation_count: 0,
    };
    expect(complianceHash([same])).toBe(vector);
  });

  it.each([
    ['status', 'failed'],
    ['score', 33.4],
    ['remediation_applied', true],
    ['profile_name', '\ufefflevel1_server'],
  ])('knows %s', (field, value) => expect(complianceHash([{ ...scan, [field]: value }])).not.toBe(vector));

  it('orders as UTF-8 does, not as UTF-16', () => {
    const of = (...refs: string[]) => complianceHash([{ results: refs.map((rule_ref) => ({ rule_ref })) }]);
    expect(of('\ufffd', '\u{10000}')).toBe(of('\u{10000}', '\ufffd'));
    // The order of the text that is hashed: the character outside of the first plane comes last.
    expect(of('\u{10000}', '\ufffd')).toBe('bcf00a8304ac0bddb07de2cb16bcbd7c34fa4a44e81908a209e9c316b524d965');
  });

  it('agrees with either spelling of U+FFFD, and keeps the one of its agent', () => {
    const scans = [{ ...scan, results: [{ rule_ref: 'r', status: 'fail', finding: 'caf\ufffd' }] }];
    const [character, escape] = [complianceHash(scans), complianceHash(scans, 'escape')];
    expect(character).not.toBe(escape);
    for (const claimed of [character, escape]) {
      expect(checkComplianceHash(scans, claimed)).toEqual({ claimed, own: claimed, agrees: true });
    }
    expect(checkComplianceHash(scans, 'f'.repeat(64))).toMatchObject({ own: character, agrees: false });
    expect(checkComplianceHash(scans, null)).toEqual({ claimed: null, own: character, agrees: true });
  });

  it('takes no time that grows with the square of blanks', () => {
    const blanks = `x${' '.repeat(500_000)}x `;
    const began = performance.now();
    complianceHash([{ results: [{ rule_ref: blanks }] }]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
