import { scanCompletedV1 } from '@assay/contracts';
import { Transactions } from '@assay/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

interface Case {
  readonly id: number;
  readonly case_key: string;
  readonly pr_id: number | null;
  readonly repo_name: string;
  readonly latest_commit_sha: string;
  readonly counts: Record<string, number>;
}

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

const list = (query: string): Promise<Case[]> => installation.get<Case[]>(`/api/v1/cases?${query}`);

describe('a weakness of SecureCase that Assay does not have', () => {
  it('case detail omits run address, image digest and PR data promised by the documentation', async () => {
    const report = { SchemaVersion: 2, Results: [{ Target: 'app', Vulnerabilities: null }] };
    const stored = await installation.artifacts.put('acme', Buffer.from(JSON.stringify(report)), 'application/json');
    const scan = await installation.scanOf({
      findings: [],
      tool: 'trivy',
      origin: { imageName: 'acme/web', imageDigest: 'sha256:0d3c', runUrl: 'https://ci.example/1' },
    });
    await installation.say(scanCompletedV1, { ...scan, document: stored });
    const { caseId } = await installation.verdict(scan.receiptId);
    const detail = await installation.get<object>(`/api/v1/cases/${caseId}`);
    expect(detail).toMatchObject({
      provider: 'github',
      org_name: 'acme',
      pr_id: 7,
      target_branch: 'main',
      latest_image_digest: 'sha256:0d3c',
      latest_run_id: '100',
      latest_run_url: 'https://ci.example/1',
      updated_at: expect.any(String),
    });
    expect(detail).not.toHaveProperty('report');
    expect(await installation.get(`/api/v1/cases/${caseId}?include=report`)).toMatchObject({ report });
  });

  it('only the newest report is kept', async () => {
    const runs = [];
    for (const run of [1, 2, 3]) {
      const origin = { repo: 'kept', runId: `${run}`, commitSha: `c${run}` };
      runs.push(await installation.judge({ findings: [aFinding(`CVE-${run}`)], origin }));
    }
    const history = await installation.get<{ items: { id: string; documents: { documentDigest: string }[] }[] }>(
      `/api/v1/cases/${runs[0]!.caseId}/history`,
    );
    expect(history.items.map(({ id }) => id)).toEqual(runs.map(({ runId }) => runId).toReversed());
    expect(new Set(history.items.map(({ documents }) => documents[0]?.documentDigest)).size).toBe(3);
    const first = await installation.get(`/api/v1/cases/${runs[0]!.caseId}/diff?against=c1`);
    expect(first).toMatchObject({ addedCount: 1, goneCount: 1, unchangedCount: 0 });
  });

  it('counts are not searchable by CVE', async () => {
    const log4shell = aFinding('CVE-2021-44228', { aliases: ['GHSA-jfh8-c2jp-5v3q'] });
    for (const repo of ['a', 'b'])
      await installation.judge({ findings: [log4shell], origin: { repo: `search-${repo}` } });
    const { caseId: fixed } = await installation.judge({ findings: [log4shell], origin: { repo: 'search-c' } });
    await installation.judge({ findings: [], origin: { repo: 'search-c', runId: '101', commitSha: 'c2' } });
    for (const name of ['CVE-2021-44228', 'GHSA-jfh8-c2jp-5v3q']) {
      expect((await list(`vulnerability=${name}`)).map(({ repo_name }) => repo_name)).toEqual(['search-b', 'search-a']);
    }
    expect((await list('vulnerability=CVE-2021-44228&count=true&limit=1')).map(({ id }) => id)).not.toContain(fixed);
    expect(await list('vulnerability=CVE-1999-0001')).toEqual([]);
  });

  it('the status filter is unvalidated and case-sensitive: a typo looks like "no cases"', async () => {
    // As SecureCase asks, with its three parameters, it stays exact.
    expect(await list('status=open')).toEqual([]);
    expect(await list('repo=search-a&status=OPN')).toEqual([]);
    // As anybody else asks it is validated.
    expect((await list('status=open&limit=500')).length).toBeGreaterThan(1);
    const typo = await installation.ask('viewer', '/api/v1/cases?status=OPN&limit=10');
    expect(typo.status).toBe(400);
    expect(await typo.json()).toMatchObject({
      code: 'cases.wrong-status',
      errors: [{ field: 'status', message: 'must be one of: OPEN, RESOLVED' }],
    });
  });

  it('`::` in a name can make two different sources share a key', async () => {
    const names = [
      { org: 'a::b', repo: 'c' },
      { org: 'a', repo: 'b::c' },
    ];
    const verdicts = [];
    for (const name of names) verdicts.push(await installation.judge({ findings: [], origin: { ...name, prId: '1' } }));
    const [one, other] = verdicts.map(({ caseId }) => caseId);
    expect(one).not.toBe(other);
    const keys = await Promise.all([one, other].map((id) => installation.get<Case>(`/api/v1/cases/${id}`)));
    expect(keys[0]?.case_key).toBe(keys[1]?.case_key);
  });

  it('`pr_id` 0 is taken for a branch build', async () => {
    const { caseId } = await installation.judge({ findings: [], origin: { repo: 'zero', prId: '0' } });
    const { caseId: branch } = await installation.judge({ findings: [], origin: push('f', { repo: 'zero' }) });
    expect(branch).not.toBe(caseId);
    const kase = await installation.get<Case>(`/api/v1/cases/${caseId}`);
    expect(kase).toMatchObject({ pr_id: 0, case_key: 'github::acme::zero::PR::0' });
    const history = await installation.get<{ items: [] }>('/api/v1/history?repo=zero&prId=0');
    expect(history.items).toHaveLength(1);
  });

  it('look-up then insert without conflict handling: two first builds at once give one 500', async () => {
    const builds = Array.from({ length: 12 }, (_, n) =>
      installation.judge({
        findings: [aFinding('CVE-1')],
        origin: { repo: 'at-once', runId: `${n}`, commitSha: `c${n}` },
      }),
    );
    const cases = new Set((await Promise.all(builds)).map(({ caseId }) => caseId));
    expect(cases.size).toBe(1);
    expect(await list('repo=at-once')).toHaveLength(1);
  });

  it('last writer wins: a slow job of an older commit reopens or resolves the case wrongly', async () => {
    const build = (run: number, ids: string[]) => ({
      findings: ids.map((id) => aFinding(id)),
      origin: { repo: 'slow', runId: `${run}`, commitSha: `c${run}` },
    });
    const { caseId } = await installation.judge(build(2, []));
    await installation.judge(build(1, ['CVE-1', 'CVE-2']));
    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({
      status: 'RESOLVED',
      latest_commit_sha: 'c2',
    });
    const history = await installation.get<{ items: { late: boolean; counts: object }[] }>(
      `/api/v1/cases/${caseId}/history`,
    );
    expect(history.items[0]).toMatchObject({ late: true, counts: { high: 2 } });
  });

  it('reports are stored in the case row: each update rewrites megabytes', async () => {
    const report = { SchemaVersion: 2, Results: [], padding: Array.from({ length: 2_000 }, () => 'x'.repeat(1_000)) };
    const stored = await installation.artifacts.put('acme', Buffer.from(JSON.stringify(report)), 'application/json');
    const scan = await installation.scanOf({ findings: [aFinding('CVE-1')], tool: 'trivy', origin: { repo: 'large' } });
    await installation.say(scanCompletedV1, { ...scan, document: stored });
    const { caseId } = await installation.verdict(scan.receiptId);
    const transactions = installation.engine.app.get(Transactions);
    const [row] = await transactions.run('acme', (tx) =>
      tx.query<{ bytes: number }>('select pg_column_size(c.*) as bytes from cases c where id = $1', [caseId]),
    );
    expect(row!.bytes).toBeLessThan(4_096);
    expect(await installation.get(`/api/v1/cases/${caseId}?include=report`)).toMatchObject({ report });
  });

  it('list without limit: response grows with the number of PRs for ever', async () => {
    const transactions = installation.engine.app.get(Transactions);
    await transactions.run('large', (tx) =>
      tx.query(
        `insert into cases (tenant, subject_key, subject, case_key, provider, org, repo, branch, status, version, critical,
           high, medium, low, unknown, kev, excluded, created_at, updated_at, judged_at)
         select 'large', n::text, '{"kind":"pr"}', '', 'github', 'acme', 'r', 'b', 'OPEN', 1, 0, 0, 0, 0, 0, 0, 0, now(), now(), now()
           from generate_series(1, 700) n`,
      ),
    );
    const first = await installation.ask('viewer', '/api/v1/cases', { tenant: 'large' });
    expect(await first.json()).toHaveLength(500);
    expect(first.headers.get('link')).toMatch(/rel="next"/);
    expect(first.headers.get('x-total-count')).toBeNull();
    expect((await installation.ask('viewer', '/api/v1/cases?limit=501', { tenant: 'large' })).status).toBe(422);
  });
});

describe('for callers of SecureCase with several scanners', () => {
  it('cases are listed by scanner, and have counts by kind', async () => {
    const misconfiguration = aFinding('DS-2', { kind: 'misconfiguration', severity: 'critical' });
    const findings = [
      aFinding('CVE-1'),
      aFinding('CVE-2', { severity: 'critical' }),
      aFinding('CVE-3'),
      misconfiguration,
    ];
    await installation.judge({ findings, tool: 'grype', origin: { repo: 'by-scanner' } });
    await installation.judge({ findings: [], tool: 'trivy', origin: { repo: 'by-scanner', prId: '8' } });
    const [kase, ...others] = await list('scan_provider=grype&repo=by-scanner');
    expect(others).toEqual([]);
    const weights = { critical_vulns: 1, high_vulns: 2, critical_misconfig: 1, high_misconfig: 0 };
    expect(kase).toMatchObject({ pr_id: 7, provider: 'github', org_name: 'acme', target_branch: 'main', ...weights });
    expect(await installation.get(`/api/v1/cases/${kase!.id}`)).toMatchObject(weights);
    expect(await list('scan_provider=&repo=by-scanner')).toMatchObject([{ critical_vulns: 0 }, weights]);
    expect(await list('scan_provider=nessus')).toEqual([]);
    expect((await list('repo=by-scanner'))[0]).not.toHaveProperty('critical_vulns');
  });
});
