import { caseChangedV1, findingsJudgedV1, runRecordedV1 } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push, thePullRequest } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
beforeEach(async () => {
  installation = await CaseEngineInstallation.start();
});
afterEach(async () => {
  await installation.stop();
});

describe('a scan', () => {
  it('opens a case, blocks the change and says so', async () => {
    const verdict = await installation.judge({
      findings: [
        aFinding('CVE-1', { severity: 'critical' }),
        aFinding('CVE-2'),
        aFinding('CVE-3', { severity: 'low' }),
      ],
      components: 512,
    });

    expect(verdict).toMatchObject({
      caseId: 1,
      caseStatus: 'OPEN',
      gate: true,
      verdict: 'block',
      reasons: ['1 critical finding is new in this change', '1 high finding is new in this change'],
      components: 512,
      baseline: null,
      counts: { critical: 1, high: 1, medium: 0, low: 1, unknown: 0, kev: 0, excluded: 0 },
      newInThisChange: { critical: 1, high: 1, low: 1 },
    });
    const [judged] = installation.said(findingsJudgedV1);
    expect(judged).toMatchObject({
      caseId: 1,
      because: 'run',
      openedCount: 3,
      subject: thePullRequest,
      commitSha: 'c1',
    });
    expect(judged?.change?.opened.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-1', 'CVE-2', 'CVE-3']);
    expect(installation.said(runRecordedV1)).toMatchObject([{ runId: verdict.runId, newest: true }]);
    expect(installation.said(caseChangedV1)).toMatchObject([{ caseId: 1, status: 'OPEN' }]);
  });

  it('sent again changes nothing, and is answered', async () => {
    const first = await installation.judge({ findings: [aFinding('CVE-1')], document: 'same' });
    const second = await installation.judge({ findings: [aFinding('CVE-1')], document: 'same' });
    expect({ ...second, scanIds: [] }).toEqual({ ...first, scanIds: [] });
    expect(installation.said(caseChangedV1)).toHaveLength(1);
    expect(installation.said(findingsJudgedV1)).toHaveLength(1);
    expect(installation.said(runRecordedV1)).toHaveLength(1);
  });

  it('resolves the case when what was found is gone', async () => {
    await installation.judge({ findings: [aFinding('CVE-1')] });
    const verdict = await installation.judge({ findings: [], origin: { commitSha: 'c2', runId: '101' } });
    expect(verdict).toMatchObject({ caseStatus: 'RESOLVED', gate: false, verdict: 'pass' });
    const changes = await eventually('two judgements', () => {
      const said = installation.said(findingsJudgedV1);
      return said.length === 2 && said;
    });
    expect(changes[1]).toMatchObject({
      openedCount: 0,
      resolvedCount: 1,
      change: { resolved: [{ vulnerabilityId: 'CVE-1' }] },
    });
  });

  it('of an older run enters the history, gets its verdict and changes nothing else', async () => {
    await installation.judge({ findings: [], origin: { runId: '101', commitSha: 'c2' } });
    const late = await installation.judge({ findings: [aFinding('CVE-1')], origin: { runId: '100', commitSha: 'c1' } });
    expect(late).toMatchObject({ gate: true, counts: { high: 1 }, caseStatus: 'RESOLVED' });
    expect(installation.said(runRecordedV1).map(({ newest }) => newest)).toEqual([true, false]);
    expect(installation.said(caseChangedV1)).toHaveLength(1);
    expect(installation.said(findingsJudgedV1)).toHaveLength(0);
  });

  it('is one run with the report of another tool: what both see counts once', async () => {
    await installation.judge({ findings: [aFinding('CVE-1'), aFinding('CVE-2')] });
    const report = [aFinding('CVE-1', { severity: 'critical', engines: ['trivy'] }), aFinding('CVE-3')];
    const verdict = await installation.judge({ findings: report, tool: 'trivy' });
    expect(verdict.counts).toMatchObject({ critical: 1, high: 2 });
    expect(verdict.scanIds).toHaveLength(2);
  });

  it('of a pull request is compared with the target branch', async () => {
    await installation.judge({
      findings: [aFinding('CVE-1')],
      origin: push('main', { commitSha: 'base', runId: '90' }),
    });
    const verdict = await installation.judge({ findings: [aFinding('CVE-1'), aFinding('CVE-2')] });
    expect(verdict).toMatchObject({ baseline: { commitSha: 'base' }, newInThisChange: { high: 1 } });
    expect(verdict.reasons).toEqual([
      '1 high finding is new in this change',
      '1 high finding is in the target branch already',
    ]);
  });

  it('without a subject is judged on its own', async () => {
    const verdict = await installation.judge({ findings: [aFinding('CVE-1')], origin: { repo: null } });
    expect(verdict).toMatchObject({ caseId: null, caseStatus: null, verdict: 'not-applicable', counts: { high: 1 } });
  });
});
