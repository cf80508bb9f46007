import { gateDecidedV1, runRecordedV1, type RunContext, verdictBasisSchema } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

const decidedOf = (receiptId: string) =>
  installation.said(gateDecidedV1).filter((decided) => decided.receiptId === receiptId);

const excluding = (...ids: string[]): string =>
  JSON.stringify({ exclusions: ids.map((vulnerability) => ({ vulnerability, comment: 'not reachable' })) });

describe('a bundle', () => {
  it('is one run, judged once, with all of its documents', async () => {
    const context: RunContext = {
      name: '20260101_120000',
      toolVersions: { trivy: '0.58.0' },
      scanRoot: '/src',
      rulesets: { semgrep: ['--config=p/ci'] },
      skipped: [],
      failOn: '7.5',
      notify: null,
    };
    const receipt = await installation.scan({
      findings: [aFinding('CVE-1'), aFinding('CVE-2')],
      origin: { repo: 'bundle' },
      context,
      alongside: [
        { tool: 'trivy', findings: [aFinding('CVE-1', { severity: 'critical', engines: ['trivy'] })] },
        { tool: 'semgrep', findings: [aFinding('rule', { kind: 'sast', group: null, engines: ['semgrep'] })] },
      ],
    });
    const verdict = await installation.verdict(receipt);
    expect(verdict).toMatchObject({ verdict: 'block', counts: { critical: 1, high: 2 } });
    expect(verdict.scanIds).toHaveLength(3);
    const [decided, ...more] = decidedOf(receipt);
    expect(more).toEqual([]);
    expect(decided?.scans?.map(({ tool }) => tool)).toEqual(['cyclonedx', 'semgrep', 'trivy']);
    expect(decided?.subject).toMatchObject({ repo: 'bundle' });
    expect(verdictBasisSchema.parse(decided?.basis)).toMatchObject({ baseline: null, exceptions: [] });
    const recorded = installation.said(runRecordedV1).filter(({ receiptId }) => receiptId === receipt);
    expect(recorded).toMatchObject([
      {
        verdict: 'block',
        kev: 0,
        excluded: 0,
        runUrl: 'https://ci.example/runs/100',
        context,
        byTool: {
          'assay-osv': { critical: 1, high: 1, issues: 0 },
          semgrep: { critical: 0, issues: 1 },
          trivy: { critical: 1 },
        },
      },
    ]);
  });

  it('tells two reports of one tool apart by what they are about', async () => {
    const report = { tool: 'trivy', document: 'the same empty report' };
    const { scanIds, counts } = await installation.judge({
      ...report,
      findings: [aFinding('CVE-1')],
      target: 'api',
      origin: { repo: 'two-targets' },
      alongside: [{ ...report, findings: [aFinding('CVE-2')], target: 'web' }],
    });
    expect([scanIds.length, counts.high]).toEqual([2, 2]);
  });
});

describe('exclusions that come with a run', () => {
  const findings = [aFinding('CVE-1'), aFinding('CVE-2', { severity: 'low' })];

  it('hold for that run alone: a later one without them is not covered', async () => {
    const origin = { repo: 'excluding' };
    const first = await installation.judge({ findings, origin, exclusions: excluding('CVE-1') });
    expect(first).toMatchObject({ verdict: 'pass', counts: { high: 0, excluded: 1 } });
    const standing = await installation.get<{ items: unknown[] }>('/api/v1/exceptions');
    expect(standing.items).toEqual([]);
    const later = await installation.judge({ findings, origin: { ...origin, runId: '101', commitSha: 'c2' } });
    expect(later).toMatchObject({ verdict: 'block', counts: { high: 1, excluded: 0 } });
  });

  it('hold for it still when it is judged again', async () => {
    const origin = push('main', { repo: 'excluding-for-long' });
    const { caseId } = await installation.judge({ findings, origin, exclusions: excluding('CVE-1') });
    const json = {
      what: { kind: 'vulnerability', id: 'CVE-1' },
      where: { kind: 'repository', provider: 'github', org: 'acme', repo: 'excluding-for-long' },
      reason: 'Accepted for good',
    };
    const granted = await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json });
    const { id } = (await granted.json()) as { id: string };
    await installation.ask('analyst', `/api/v1/exceptions/${id}`, { method: 'DELETE' });
    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({ counts: { high: 0, excluded: 1 } });
  });

  it('are named in what the verdict follows from', async () => {
    const receipt = await installation.scan({
      findings,
      origin: { repo: 'named' },
      exclusions: excluding('CVE-1', 'X'),
    });
    await installation.verdict(receipt);
    const exceptions = decidedOf(receipt)[0]?.basis?.exceptions;
    expect(exceptions).toMatchObject([{ origin: 'ci', what: { id: 'CVE-1' }, where: { repo: 'named' } }]);
  });

  it('are ignored where the policy refuses them, and that is said', async () => {
    const json = { ciExclusions: 'refuse' };
    const put = { method: 'PUT', json };
    await installation.ask('admin', '/api/v1/policies/gate?repo=acme/strict', put);
    const verdict = await installation.judge({
      findings,
      origin: { repo: 'strict' },
      exclusions: excluding('CVE-1'),
    });
    expect(verdict).toMatchObject({ verdict: 'block', counts: { high: 1, excluded: 0 } });
    expect(verdict.reasons).toContain('The policy refuses the exclusions that came with the run');
  });

  it('that are no exclusions exclude nothing', async () => {
    for (const exclusions of ['{"exclusions":[]}', 'no JSON', '[]']) {
      const verdict = await installation.judge({
        findings,
        origin: { repo: 'nothing', commitSha: exclusions },
        exclusions,
      });
      expect(verdict.counts).toMatchObject({ high: 1, excluded: 0 });
    }
  });
});

describe('the same report', () => {
  it('a thousand times at once changes nothing after the first, and everybody is answered', async () => {
    const given = { findings: [aFinding('CVE-1')], origin: { repo: 'thousandfold' }, document: 'same' };
    const first = await installation.judge(given);
    const scan = await installation.scanOf(given);
    const before = await installation.get<object>(`/api/v1/cases/${first.caseId}`);
    const said = installation.bus.events.length;
    const receipts = await installation.repeat(scan, 1_000);
    await eventually('every answer', () => {
      const answered = new Set(installation.said(gateDecidedV1).map(({ receiptId }) => receiptId));
      return receipts.every((receipt) => answered.has(receipt));
    });
    const types = new Set(installation.bus.events.slice(said).map(({ type }) => type));
    types.delete('scanning.scan.completed.v1');
    expect([...types].filter((type) => !type.startsWith('shared.'))).toEqual(['cases.gate.decided.v1']);
    expect(await installation.get(`/api/v1/cases/${first.caseId}`)).toEqual(before);
  });
});
