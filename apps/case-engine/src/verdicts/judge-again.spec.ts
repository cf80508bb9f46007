import type { VerdictPredicate } from '@assay/contracts';
import { digestOf, newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { aFinding, anException } from '../../test/builders.js';
import { nativePolicy, parseGatePolicy } from '../gate/gate-policy.js';
import { differentAnswer, differentExceptions, differentFindings, differentPolicy } from './differences.js';
import { judgeAgain, pinnedRules } from './judge-again.js';

const findings = [[aFinding('CVE-1'), aFinding('CVE-2', { severity: 'critical' })], [aFinding('CVE-3')]];
const accepted = anException('CVE-2');

/** What was decided on these findings, with one of them excepted and one in the target branch. */
function aPredicate(known: Partial<VerdictPredicate> = {}): VerdictPredicate {
  const { id, what, where, origin } = accepted;
  const predicate: VerdictPredicate = {
    tenant: 'acme',
    receiptId: newId(),
    decidedAt: '2026-01-01T00:00:00.000Z',
    subject: { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '7' },
    policy: { ...nativePolicy },
    documents: [],
    basis: {
      commitSha: 'c1',
      targetBranch: 'main',
      imageName: null,
      imageVersions: [],
      exclusionsRefused: false,
      baseline: { runId: newId(), commitSha: 'base', findings: [digestOf('b')] },
      exceptions: [{ id, what, where, origin, expiresAt: null }],
    },
    ...known,
    result: {} as VerdictPredicate['result'],
  };
  const { answer } = judgeAgain({ predicate, findings, baseline }, pinnedRules(predicate));
  return { ...predicate, result: { ...predicate.result, ...answer } };
}

const baseline = [[aFinding('CVE-3')]];
const again = (predicate: VerdictPredicate, found = findings) =>
  differentAnswer(
    predicate.result,
    judgeAgain({ predicate, findings: found, baseline }, pinnedRules(predicate)).answer,
  );

describe('a verdict that is judged again from its statement', () => {
  it('is what follows from findings, exceptions, baseline and policy', () => {
    expect(aPredicate().result).toMatchObject({
      verdict: 'block',
      reasons: ['1 high finding is new in this change', '1 high finding is in the target branch already'],
      counts: { critical: 0, high: 2, excluded: 1 },
      newInThisChange: { high: 1 },
    });
  });

  it('gives the same answer, also after its exception has expired: it had not when it was decided', () => {
    expect(again(aPredicate())).toEqual([]);
    const predicate = aPredicate();
    const [exception] = predicate.basis.exceptions;
    const lapsing = { ...predicate.basis, exceptions: [{ ...exception!, expiresAt: '2026-01-02T00:00:00.000Z' }] };
    expect(again({ ...predicate, basis: lapsing })).toEqual([]);
  });

  it('gives the same answer when the gate has learned a condition since', () => {
    const { anySecret: _, ...policy } = nativePolicy;
    const secret = aFinding('key', { kind: 'secret', group: null, component: null, severity: 'low' });
    const predicate = { ...aPredicate({ policy }), findings: [[secret]] };
    const { answer } = judgeAgain({ predicate, findings: [[secret]], baseline }, pinnedRules(predicate));
    expect(answer.verdict).toBe('pass');
  });

  it('says what differs when anything that it names is another thing', () => {
    const predicate = aPredicate();
    expect(again(predicate, [[aFinding('CVE-1')]]).map(({ message }) => message)).toContain('counts differs');
    const withoutException = { ...predicate, basis: { ...predicate.basis, exceptions: [] } };
    expect(again(withoutException).map(({ message }) => message)).toContain('reasons differs');
    const laxer = { ...predicate, policy: { ...parseGatePolicy({ threshold: 'critical' }) } };
    expect(again(laxer)).toContainEqual({ what: 'result', message: 'verdict differs', was: 'block', is: 'pass' });
  });
});

describe('what is different today', () => {
  it('is what was found since, is gone, or is rated otherwise', () => {
    const now = [aFinding('CVE-1', { severity: 'low' }), aFinding('CVE-4')];
    expect(differentFindings([aFinding('CVE-1'), aFinding('CVE-2')], now)).toEqual([
      { what: 'findings', message: '1 found since', is: ['CVE-4'] },
      { what: 'findings', message: '1 not found any more', is: ['CVE-2'] },
      { what: 'findings', message: '1 rated differently', is: ['CVE-1'] },
    ]);
    expect(differentFindings([aFinding('CVE-1')], [aFinding('CVE-1')])).toEqual([]);
  });

  it('is an exception that has ended or was granted', () => {
    const then = aPredicate().basis.exceptions;
    const granted = anException('CVE-1');
    expect(differentExceptions(then, [granted], new Set([granted.id])).map(({ message }) => message)).toEqual([
      'The exception for CVE-2 has ended',
      'CVE-1 is excepted since',
    ]);
    expect(differentExceptions(then, [accepted], new Set([accepted.id]))).toEqual([]);
  });

  it('is a field of the policy, but no condition that there was not yet', () => {
    const now = parseGatePolicy({ threshold: 'low' });
    const { anySecret: _, ...then } = nativePolicy;
    expect(differentPolicy(then, now)).toEqual([
      { what: 'policy', message: 'threshold was changed', was: 'high', is: 'low' },
    ]);
  });
});
