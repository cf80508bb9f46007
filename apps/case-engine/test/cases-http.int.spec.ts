import { caseChangedV1, policyChangedV1, type Verdict } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
let pr: Verdict;
let main: Verdict;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  main = await installation.judge({
    findings: [aFinding('CVE-1')],
    origin: push('main', { runId: '90', commitSha: 'base' }),
  });
  pr = await installation.judge({
    findings: [aFinding('CVE-1'), aFinding('CVE-2', { severity: 'critical' }), aFinding('CVE-3', { severity: 'low' })],
    origin: { imageDigest: 'sha256:abc', imageName: 'acme/payments' },
  });
  await installation.judge({ findings: [], origin: { repo: 'quiet', prId: '8' } });
  await installation.judge({ findings: [aFinding('CVE-1')], tenant: 'beta' });
});
afterAll(async () => {
  await installation.stop();
});

describe('GET /api/v1/cases', () => {
  it('is a bare array, newest first, with the fields of SecureCase', async () => {
    const cases = await installation.get<Record<string, unknown>[]>('/api/v1/cases');
    expect(cases.map(({ case_key }) => case_key)).toEqual([
      'github::acme::quiet::PR::8',
      'github::acme::payments::PR::7',
      'github::acme::payments::BR::main',
    ]);
    expect(cases[1]).toMatchObject({
      id: pr.caseId,
      repo_name: 'payments',
      branch_name: 'feature/refunds',
      status: 'OPEN',
      critical_count: 1,
      high_count: 1,
      max_severity: 'CRITICAL',
      latest_commit_sha: 'c1',
      provider: 'github',
      org_name: 'acme',
      pr_id: 7,
      target_branch: 'main',
      latest_run_id: '100',
      latest_run_url: 'https://ci.example/runs/100',
      latest_image_digest: 'sha256:abc',
    });
    expect(cases[0]).toMatchObject({ status: 'RESOLVED', max_severity: 'LOW' });
  });

  it('filters exactly; an empty value filters nothing, an unknown one finds nothing', async () => {
    const count = async (query: string): Promise<number> =>
      (await installation.get<unknown[]>(`/api/v1/cases?${query}`)).length;
    expect(await count('repo=payments')).toBe(2);
    expect(await count('repo=payments&branch=main')).toBe(1);
    expect(await count('repo=&status=')).toBe(3);
    expect(await count('status=open')).toBe(0);
    expect(await count('status=OPEN&provider=github&org=acme&whatever=1')).toBe(2);
  });

  it('goes on by its Link header, and counts where it is asked to', async () => {
    const first = await installation.ask('ci', '/api/v1/cases?limit=2&count=true');
    expect(first.headers.get('x-total-count')).toBe('3');
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await installation.ask('ci', next);
    expect(second.headers.get('link')).toBeNull();
    expect(await second.json()).toHaveLength(1);
  });

  it('shows a limited credential its repositories only', async () => {
    const repositories = ['acme/quiet'];
    expect(await installation.get('/api/v1/cases', { repositories })).toHaveLength(1);
    expect((await installation.ask('ci', `/api/v1/cases/${pr.caseId}`, { repositories })).status).toBe(404);
    expect((await installation.ask('ci', `/api/v1/runs/${pr.runId}`, { repositories })).status).toBe(404);
  });
});

describe('one case', () => {
  it('is 404 for who does not have it and 422 for what is no number, in words SecureCase callers know', async () => {
    for (const path of ['/api/v1/cases/999', '/api/v1/cases/99999999999']) {
      const response = await installation.ask('viewer', path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ detail: 'Case not found' });
    }
    expect((await installation.ask('viewer', `/api/v1/cases/${pr.caseId}`, { tenant: 'beta' })).status).toBe(404);
    const text = await installation.ask('viewer', '/api/v1/cases/abc');
    expect(text.status).toBe(422);
    expect(await text.json()).toEqual({
      detail: [expect.objectContaining({ type: 'int_parsing', loc: ['path', 'case_id'] })],
    });
  });

  it('lists its findings worst first, page by page', async () => {
    const page = await installation.get<{ items: { finding: { vulnerabilityId: string } }[]; nextCursor: string }>(
      `/api/v1/cases/${pr.caseId}/findings?limit=2`,
    );
    const rest = await installation.get<typeof page>(
      `/api/v1/cases/${pr.caseId}/findings?limit=2&cursor=${page.nextCursor}`,
    );
    const ids = [...page.items, ...rest.items].map(({ finding }) => finding.vulnerabilityId);
    expect(ids).toEqual(['CVE-2', 'CVE-1', 'CVE-3']);
  });

  it('takes an owner and a comment from an analyst, and says so', async () => {
    const json = { owner: 'ada', comment: 'Looking', state: 'in-progress' };
    const path = `/api/v1/cases/${main.caseId}`;
    expect((await installation.ask('ci', path, { method: 'PATCH', json })).status).toBe(403);
    const changed = await installation.ask('analyst', path, { method: 'PATCH', json });
    expect(await changed.json()).toMatchObject({ ...json, version: 2, status: 'OPEN' });
    await eventually('the event', () => installation.said(caseChangedV1).find(({ owner }) => owner === 'ada'));
    const cleared = await installation.ask('analyst', path, { method: 'PATCH', json: { owner: null } });
    expect(await cleared.json()).toMatchObject({ owner: null, comment: 'Looking' });
  });

  it('has a history and says what changed between two runs', async () => {
    const findings = [aFinding('CVE-2', { severity: 'critical' }), aFinding('CVE-4')];
    const { runId } = await installation.judge({ findings, origin: { runId: '101', commitSha: 'c2' } });
    const history = await installation.get<{ items: { id: string }[] }>(`/api/v1/cases/${pr.caseId}/history`);
    expect(history.items.map(({ id }) => id)).toEqual([runId, pr.runId]);
    for (const against of ['', '?against=c1', `?against=${pr.runId}`]) {
      const diff = await installation.get(`/api/v1/cases/${pr.caseId}/diff${against}`);
      expect(diff).toMatchObject({ run: runId, against: pr.runId, addedCount: 1, goneCount: 2, unchangedCount: 1 });
    }
    const found = await installation.get<{ items: unknown[] }>('/api/v1/history?org=acme&repo=payments&prId=7');
    expect(found.items).toHaveLength(2);
  });
});

describe('one run', () => {
  it('shows its verdict, its documents and its report', async () => {
    const run = await installation.get<{ verdict: Verdict; documents: object[] }>(`/api/v1/runs/${pr.runId}`);
    expect(run.verdict).toEqual(pr);
    expect(run.documents).toMatchObject([{ tool: 'cyclonedx', target: 'acme/payments', components: 10 }]);
    const report = await installation.get<{ findings: object[] }>(`/api/v1/runs/${pr.runId}/report.json`);
    expect(report.findings).toHaveLength(3);
    expect((await installation.ask('viewer', `/api/v1/runs/${pr.runId}`, { tenant: 'beta' })).status).toBe(404);
  });
});

describe('the gate policy', () => {
  it('is the most specific one, from the next judgement on', async () => {
    const path = '/api/v1/policies/gate';
    expect(await installation.get(path)).toMatchObject({ source: 'native', policy: { threshold: 'high' } });
    const scan = { findings: [aFinding('CVE-1', { severity: 'medium' })], origin: { repo: 'strict' } };
    expect(await installation.judge(scan)).toMatchObject({ verdict: 'pass' });

    const set = (query: string, json: object) => installation.ask('admin', path + query, { method: 'PUT', json });
    expect((await set('', { threshold: 'critical', appliesTo: ['pr', 'branch'] })).status).toBe(200);
    expect((await set('?repo=acme/strict', { threshold: 'medium' })).status).toBe(200);
    expect(await installation.judge({ ...scan, document: 'again' })).toMatchObject({ verdict: 'block' });
    expect(await installation.get(`${path}?repo=github/acme/strict`)).toMatchObject({ source: 'repository' });
    expect(await installation.get(`${path}?repo=acme/other`)).toMatchObject({ source: 'tenant' });
    expect(await installation.judge({ findings: [aFinding('CVE-1')], origin: push('main') })).toMatchObject({
      verdict: 'pass',
      reasons: ['Nothing that counts blocks this change'],
    });
    await eventually('the event', () => installation.said(policyChangedV1).length === 2);
    const refused = await set('', { threshold: 'awful', surprise: 1 });
    expect(refused.status).toBe(422);
    expect((await installation.ask('analyst', path, { method: 'PUT', json: {} })).status).toBe(403);
  });

  it('of the platform is the default of every tenant', async () => {
    const path = '/api/v1/policies/gate';
    await installation.ask('admin', path, { method: 'PUT', json: { threshold: 'low' }, tenant: 'platform' });
    expect(await installation.get(path, { tenant: 'gamma' })).toMatchObject({
      source: 'platform',
      policy: { threshold: 'low' },
    });
    const verdict = await installation.judge({ findings: [aFinding('CVE-1', { severity: 'low' })], tenant: 'gamma' });
    expect(verdict.verdict).toBe('block');
  });
});
