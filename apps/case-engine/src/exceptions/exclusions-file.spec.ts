import { describe, expect, it } from 'vitest';
import { aFinding } from '../../test/builders.js';
import { limits } from '../limits.js';
import { covers, type Covered, type Scope } from './exception.js';
import { ExceptionIndex } from './exception-index.js';
import { exceptionOfExclusion, readExclusions, toCurrentForm } from './exclusions-file.js';

const now = new Date('2026-01-01T00:00:00Z');
const where: Scope = { kind: 'repository', provider: null, org: 'acme', repo: 'shop', image: null, purl: null };
const shop = {
  subject: { kind: 'branch', provider: '', org: 'acme', repo: 'shop', branch: '' },
  imageName: null,
} as const;
const fromFile = { origin: 'file', where, by: 'key:ci', at: now } as const;

describe('an exclusion file', () => {
  it('is read in its current, local and brief-era forms, and given back in the current one', () => {
    const current = { vulnerability_id: 'CVE-1', scope: 'shop', public_comment: 'a', private_comment: 'b' };
    const earlier = { vulnerability: ' CVE-2 ', comment: 'c', internal_comment: 'd' };
    const { items, errors } = readExclusions({ exclusions: [current, earlier, current] });
    expect(errors).toEqual([]);
    expect(items.map(toCurrentForm)).toEqual([
      current,
      { vulnerability_id: 'CVE-2', scope: '', public_comment: 'c', private_comment: 'd' },
    ]);
    expect(readExclusions({ exclusions: [] })).toEqual({ items: [], errors: [] });
  });

  it('says of each field what is wrong with it', () => {
    const long = 'x'.repeat(limits.reasonChars + 1);
    const exclusions = [{ scope: 'no id' }, { vulnerability: 7, comment: long }, 'text', { vulnerability_id: 'A\0' }];
    const { items, errors } = readExclusions({ exclusions: [...exclusions, { vulnerability_id: 'CVE-1' }] });
    expect(items.map(({ id }) => id)).toEqual(['CVE-1']);
    expect(errors.map(({ field }) => field)).toEqual([
      '/exclusions/0/vulnerability_id',
      '/exclusions/1/vulnerability',
      '/exclusions/1/comment',
      '/exclusions/2',
      '/exclusions/3/vulnerability_id',
    ]);
    for (const none of [null, [], 'x', {}, { exclusions: {} }]) expect(readExclusions(none).errors).toHaveLength(1);
    const tooMany = {
      exclusions: Array.from({ length: limits.exclusionEntries + 1 }, () => ({ vulnerability_id: 'CVE-1' })),
    };
    expect(readExclusions(tooMany)).toMatchObject({ items: [], errors: [{ field: '/exclusions' }] });
  });

  const check = 'python.lang.security.audit_x';
  const sast = aFinding(check, {
    kind: 'sast',
    group: null,
    aliases: [],
    component: null,
    target: 'src/a_b.py',
    location: { file: 'src/a_b.py', line: 3 },
  });
  const marked = { ...sast, fingerprint: 'f00_1' };
  const secret = aFinding('aws-access-key-id', { kind: 'secret', group: null, aliases: [], component: null });

  it.each<[string, string, Covered, boolean]>([
    ['a CVE', 'CVE-1', aFinding('CVE-1'), true],
    ['an alias of it', 'GHSA-CVE-1', aFinding('CVE-1'), true],
    ['the rule of a misconfiguration', 'DS002', aFinding('DS002', { kind: 'misconfiguration', group: null }), true],
    ['the rule of a secret', 'aws-access-key-id', secret, true],
    ['a bare check id', check, marked, true],
    ['a check id with its path', `semgrep_${check}_src/a_b.py`, marked, true],
    ['a check id with another path', `semgrep_${check}_src/other.py`, marked, false],
    ['a check id with its fingerprint', `semgrep_${check}_f00_1`, marked, true],
    ['a check id with another fingerprint', `semgrep_${check}_f00`, marked, false],
    ['a check id without fingerprint', `semgrep_${check}_unknown_fingerprint`, sast, true],
    ['a check id without fingerprint, where there is one', `semgrep_${check}_unknown_fingerprint`, marked, false],
  ])(
    'Two semgrep id schemes: an exclusion that works in the CLI does in the summary: %s',
    (_, id, finding, covered) => {
      const [item] = readExclusions({ exclusions: [{ vulnerability: id }] }).items;
      const exception = exceptionOfExclusion(item!, fromFile);
      expect(covers(exception, finding, shop, now)).toBe(covered);
      expect(new ExceptionIndex([exception]).covering(finding, shop, now)).toBe(covered ? exception : null);
    },
  );

  it('makes the same exception of the same exclusion of the next run, and another one of another', () => {
    const [one, other] = readExclusions({ exclusions: [{ vulnerability: 'CVE-1' }, { vulnerability: 'CVE-2' }] }).items;
    const sent = { ...fromFile, origin: 'ci' } as const;
    const made = exceptionOfExclusion(one!, sent);
    expect(made).toMatchObject({ origin: 'ci', what: { kind: 'any', id: 'CVE-1' }, expiresAt: null });
    expect(exceptionOfExclusion(one!, { ...sent, by: 'key:later', at: new Date() }).id).toBe(made.id);
    expect(exceptionOfExclusion(other!, sent).id).not.toBe(made.id);
    expect(exceptionOfExclusion(one!, fromFile).id).not.toBe(made.id);
  });
});
