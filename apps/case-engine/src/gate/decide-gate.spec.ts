import type { Finding, Subject } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { aFinding, anException } from '../../test/builders.js';
import { judge } from '../findings/judgement.js';
import { decideGate, type GateQuestion } from './decide-gate.js';
import {
  matchesBranch,
  nativePolicy,
  notApplicable,
  parseGatePolicy,
  policyNamesOf,
  readGatePolicy,
} from './gate-policy.js';

const subject: Subject = { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '7' };
const place = { subject, imageName: null };
const today = new Date('2026-01-01T00:00:00Z');

const asked = (findings: Finding[], policy: object = {}, known: Partial<GateQuestion> = {}) =>
  decideGate({
    policy: parseGatePolicy(policy),
    subject,
    targetBranch: 'main',
    baseline: null,
    judged: judge(findings, [], place, today),
    ...known,
  });

describe('the gate', () => {
  it('blocks what is high or critical, and says why in sentences', () => {
    const critical = aFinding('CVE-1', { severity: 'critical' });
    expect(asked([critical, aFinding('CVE-2'), aFinding('CVE-3'), aFinding('CVE-4', { severity: 'medium' })])).toEqual({
      gate: true,
      verdict: 'block',
      reasons: ['1 critical finding is new in this change', '2 high findings are new in this change'],
      newInThisChange: { critical: 1, high: 2, medium: 1, low: 0, unknown: 0 },
    });
  });

  it('lets pass what is below the threshold, and says so', () => {
    const { verdict, gate, reasons } = asked([aFinding('CVE-1', { severity: 'medium' })]);
    expect({ verdict, gate, reasons }).toEqual({
      verdict: 'pass',
      gate: false,
      reasons: ['Nothing that counts blocks this change'],
    });
  });

  it('does not look at what an exception covers', () => {
    const judged = judge([aFinding('CVE-1')], [anException('CVE-1')], place, today);
    expect(asked([], {}, { judged })).toMatchObject({ verdict: 'pass', newInThisChange: { high: 0 } });
  });

  it('knows old from new by the baseline; old blocks too, unless only new ones shall', () => {
    const findings = [aFinding('CVE-1'), aFinding('CVE-2', { severity: 'low' })];
    const known = { baseline: new Set(['CVE-1']) };
    expect(asked(findings, {}, known)).toMatchObject({
      reasons: ['1 high finding is in the target branch already'],
      newInThisChange: { high: 0, low: 1 },
    });
    expect(asked(findings, { newOnly: true }, known).verdict).toBe('pass');
    expect(asked(findings, { newOnly: true }).verdict).toBe('block');
  });

  it('by policy spares what nothing fixes, but no secret', () => {
    expect(asked([aFinding('CVE-1')], { onlyFixable: true }).verdict).toBe('pass');
    const secret = aFinding('aws-key', { kind: 'secret', group: null, component: null });
    expect(asked([secret], { onlyFixable: true }).verdict).toBe('block');
  });

  it('by policy blocks what is exploited, whatever else is said', () => {
    const kev = { dateAdded: '2026-01-01', dueDate: null, requiredAction: 'Patch' };
    const exploited = aFinding('CVE-1', { severity: 'low', kev });
    expect(asked([exploited]).verdict).toBe('pass');
    const decision = asked(
      [exploited],
      { kevAlways: true, newOnly: true, onlyFixable: true },
      { baseline: new Set(['CVE-1']) },
    );
    expect(decision).toMatchObject({ gate: true, reasons: ['1 finding is known to be exploited (CISA KEV)'] });
  });

  it('by policy blocks what is likely to be exploited, from the score on', () => {
    const likely = aFinding('CVE-1', { severity: 'low', epss: { score: 0.5, percentile: 0.9, date: '2026-01-01' } });
    expect(asked([likely], { epssAtLeast: 0.5 }).reasons).toEqual(['1 finding is likely to be exploited soon (EPSS)']);
    expect(asked([likely, aFinding('CVE-2', { severity: 'low' })], { epssAtLeast: 0.51 }).verdict).toBe('pass');
  });

  it('by policy blocks from a CVSS score on, instead of a severity or beside it', () => {
    const [scored, unscored] = [aFinding('CVE-1', { score: 7.5 }), aFinding('CVE-2', { score: null })];
    const policy = { threshold: null, cvssAtLeast: 7.5 };
    expect(asked([scored, unscored], policy).reasons).toEqual(['1 finding is at or above the CVSS threshold']);
    expect(asked([scored, unscored], { threshold: null, cvssAtLeast: 7.6 }).verdict).toBe('pass');
    expect(asked([scored, unscored], { cvssAtLeast: 9 }).verdict).toBe('block');
  });

  it('Secrets are ignored: an exposed key blocks a merge, whatever severity its tool gives it', () => {
    const secret = aFinding('aws-key', {
      kind: 'secret',
      group: null,
      component: null,
      severity: 'unknown',
      score: null,
    });
    expect(asked([secret])).toMatchObject({ verdict: 'block', reasons: ['1 secret is exposed'] });
    expect(asked([secret], { anySecret: false }).verdict).toBe('pass');
    expect(asked([secret], { newOnly: true }, { baseline: new Set(['aws-key']) }).verdict).toBe('pass');
  });

  it('by policy looks at some kinds of findings only, and at what is exploited all the same', () => {
    const misconfiguration = aFinding('AVD-1', { kind: 'misconfiguration', group: null });
    const kinds = ['vulnerability', 'secret'];
    expect(asked([misconfiguration]).verdict).toBe('block');
    expect(asked([misconfiguration], { kinds }).verdict).toBe('pass');
    const kev = { dateAdded: '2026-01-01', dueDate: null, requiredAction: 'Patch' };
    expect(asked([aFinding('CVE-1', { kev })], { kinds: ['secret'], kevAlways: true }).verdict).toBe('block');
  });

  it('says that exclusions were refused, whatever it decides', () => {
    const refused = 'The policy refuses the exclusions that came with the run';
    expect(asked([], {}, { exclusionsRefused: true }).reasons).toContain(refused);
    expect(asked([aFinding('CVE-1')], {}, { exclusionsRefused: true }).reasons).toContain(refused);
  });

  it('does not apply outside of protected branches, nor to branches and images unless somebody says so', () => {
    expect(asked([aFinding('CVE-1')], {}, { targetBranch: 'develop' })).toMatchObject({
      gate: false,
      verdict: 'not-applicable',
    });
    const branch: Subject = { kind: 'branch', provider: '', org: '', repo: 'web', branch: 'main' };
    expect(notApplicable(nativePolicy, branch, null)).toBe('The gate does not apply to branches');
    expect(notApplicable(parseGatePolicy({ appliesTo: ['branch'] }), branch, null)).toBeNull();
    expect(
      notApplicable(parseGatePolicy({ appliesTo: ['image'] }), { kind: 'image', imageName: 'a' }, null),
    ).toBeNull();
    expect(notApplicable(nativePolicy, null, 'main')).not.toBeNull();
    expect(notApplicable(nativePolicy, subject, null)).toContain('protected branches only');
  });
});

describe('a policy', () => {
  it('is the native one where nothing is said', () => {
    expect(nativePolicy).toEqual({
      threshold: 'high',
      cvssAtLeast: null,
      newOnly: false,
      onlyFixable: false,
      kevAlways: false,
      epssAtLeast: null,
      anySecret: true,
      kinds: ['vulnerability', 'misconfiguration', 'secret', 'license', 'sast'],
      ciExclusions: 'allow',
      appliesTo: ['pr'],
      protectedBranches: ['main', 'master', 'release/*'],
    });
  });

  it('with a field that is wrong or unknown is refused by name; a stored one survives a condition that is gone', () => {
    expect(() => parseGatePolicy({ threshold: 'awful', epssAtLeast: 2 })).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        fields: [expect.objectContaining({ field: 'threshold' }), expect.objectContaining({ field: 'epssAtLeast' })],
      }),
    );
    expect(() => parseGatePolicy({ surprise: 1 })).toThrow(expect.objectContaining({ code: 'cases.wrong-request' }));
    expect(() => parseGatePolicy([])).toThrow(expect.objectContaining({ code: 'cases.wrong-request' }));
    expect(readGatePolicy({ threshold: 'low', gone: 1 })).toMatchObject({ threshold: 'low', newOnly: false });
  });

  it('lies under the repository with and without its provider, then the tenant', () => {
    expect(policyNamesOf(subject)).toEqual(['github/acme/web', 'acme/web', '']);
    expect(policyNamesOf({ kind: 'branch', provider: '', org: '', repo: 'web', branch: 'x' })).toEqual(['web', '']);
    expect(policyNamesOf({ kind: 'image', imageName: 'acme/web' })).toEqual(['']);
  });

  it.each([
    ['main', 'main', true],
    ['main', 'mainline', false],
    ['release/*', 'release/1.2', true],
    ['release/*', 'release', false],
    ['*', 'anything/at/all', true],
    ['r*-*-x', 'r1-2-x', true],
    ['r*-*-x', 'r1-x', false],
    ['a*a', 'a', false],
    ['*b*', 'abc', true],
    ['*bb*b', 'abb', false],
  ])('pattern %s and branch %s: %s', (pattern, branch, matches) => {
    expect(matchesBranch(pattern, branch)).toBe(matches);
  });
});
