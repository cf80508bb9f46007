import { describe, expect, it } from 'vitest';
import { aFinding, anException, groupOf } from '../../test/builders.js';
import { byWidth, covers, lapsed, type Place, scopeKey, scopeKeysOf } from './exception.js';

const today = new Date('2026-01-01T00:00:00Z');
const web: Place = {
  subject: { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '7' },
  imageName: 'acme/web',
};
const inWeb = { kind: 'repository', provider: null, org: 'acme', repo: 'web' } as const;

describe('an exception', () => {
  it('covers every alias of the vulnerability it names, and its group', () => {
    expect(covers(anException('GHSA-CVE-1'), aFinding('CVE-1'), web, today)).toBe(true);
    const what = { kind: 'vulnerability', id: 'OTHER-NAME', group: groupOf('CVE-1') } as const;
    expect(covers(anException('', {}, { what }), aFinding('CVE-1'), web, today)).toBe(true);
    expect(covers(anException('CVE-2'), aFinding('CVE-1'), web, today)).toBe(false);
  });

  it('covers nothing from the moment it expires', () => {
    const exception = anException('CVE-1', {}, { expiresAt: today });
    expect(covers(exception, aFinding('CVE-1'), web, new Date(today.getTime() - 1))).toBe(true);
    expect(covers(exception, aFinding('CVE-1'), web, today)).toBe(false);
    expect(lapsed(exception, today)).toBe(true);
  });

  it('for a rule covers no vulnerability of that name, nor the other way round', () => {
    const rule = anException('', {}, { what: { kind: 'rule', id: 'AVD-1', group: null } });
    const misconfiguration = aFinding('AVD-1', { kind: 'misconfiguration', group: null });
    expect(covers(rule, misconfiguration, web, today)).toBe(true);
    expect(covers(rule, aFinding('AVD-1'), web, today)).toBe(false);
    expect(covers(anException('AVD-1'), misconfiguration, web, today)).toBe(false);
  });

  it.each([
    ['its repository of any provider', inWeb, true],
    ['its repository of that provider', { ...inWeb, provider: 'github' }, true],
    ['its repository of another provider', { ...inWeb, provider: 'gitlab' }, false],
    ['another repository', { ...inWeb, repo: 'api' }, false],
    ['a repository of no organisation', { ...inWeb, org: null }, false],
    ['the image of the run', { kind: 'image', image: 'acme/web' }, true],
    ['another image', { kind: 'image', image: 'acme/api' }, false],
    ['the component in every version', { kind: 'component', purl: 'pkg:npm/cve-1' }, true],
    ['the component in this version', { kind: 'component', purl: 'pkg:npm/cve-1@1.0.0' }, true],
    ['the component in another version', { kind: 'component', purl: 'pkg:npm/cve-1@1.0' }, false],
    ['a component whose name is longer', { kind: 'component', purl: 'pkg:npm/cve' }, false],
    ['the component in its repository', { ...inWeb, kind: 'component', purl: 'pkg:npm/cve-1' }, true],
    ['the component elsewhere', { ...inWeb, repo: 'api', kind: 'component', purl: 'pkg:npm/cve-1' }, false],
  ] as const)('for %s', (_, where, covered) => {
    const exception = anException('CVE-1', where);
    expect(covers(exception, aFinding('CVE-1'), web, today)).toBe(covered);
    // What is not looked up cannot cover: the keys of a place must find every exception that covers something in it.
    expect(!covered || scopeKeysOf(web).includes(scopeKey(exception.where))).toBe(true);
  });

  it('gives way to a narrower one, and of equal ones to the earlier', () => {
    const late = anException('CVE-1', inWeb, { grantedAt: today });
    const all = [anException('CVE-1'), late, anException('CVE-1', inWeb), anException('CVE-1', { kind: 'component' })];
    expect(all.toSorted(byWidth).map(({ where }) => where.kind)).toEqual([
      'component',
      'repository',
      'repository',
      'tenant',
    ]);
    expect(all.toSorted(byWidth)[2]).toBe(late);
  });
});
