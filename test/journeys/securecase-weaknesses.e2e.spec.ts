import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { PlatformProcess } from './support/platform-process.js';

interface Verdict {
  readonly verdict: string;
  readonly gate: boolean;
  readonly counts: Record<string, number>;
}

const vulnerability = (id: string, Severity: unknown, more: object = {}) => ({
  VulnerabilityID: id,
  PkgName: 'libdemo',
  PkgIdentifier: { PURL: 'pkg:deb/debian/libdemo@1.0' },
  InstalledVersion: '1.0',
  Severity,
  ...more,
});
const results = (...found: object[]) => ({
  Target: 'app (debian)',
  Class: 'os-pkgs',
  Type: 'debian',
  Vulnerabilities: found,
});

/** What SecureCase's server is weak in (`wire/securecase.md` §10), where it takes all services to show that Assay is not. */
describe('a weakness of SecureCase that Assay does not have', () => {
  const platform = new PlatformProcess('all-in-one', {
    args: ['--only', 'ingest-gateway,scanner,signer,case-engine'],
    env: { FEEDS_SEED: 'false' },
  });
  let api: Api;
  let runs = 0;

  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
  });
  afterAll(() => platform.remove());

  const envelope = (repo: string, trivy_report: object, more: object = {}) => {
    const run_id = String(++runs);
    const source = { provider: 'github', org: 'acme', repo, branch: 'f', pr_id: 1, target_branch: 'main' };
    const run = { commit_sha: `c${run_id}`, run_id, run_url: `https://ci.example/${run_id}` };
    return {
      metadata: { ...source, ...run, ...more },
      image: { name: 'i', tag: 't', digest: 'sha256:00' },
      trivy_report,
    };
  };
  const ingest = (repo: string, report: object, more: object = {}) =>
    api.post('/api/v1/ingest/trivy', envelope(repo, report, more));
  /** The same report on the native route. */
  const judge = async (repo: string, report: object, more: Record<string, string> = {}): Promise<Verdict> => {
    const query = new URLSearchParams({
      provider: 'github',
      org: 'acme',
      repo,
      prId: '1',
      targetBranch: 'main',
      ...more,
    });
    query.set('commitSha', `c${++runs}`);
    query.set('runId', String(runs));
    query.set('wait', '60');
    const answer = await api.post<{ result: Verdict }>(`/api/v1/ingest/reports/trivy?${query.toString()}`, report);
    return bodyOf(answer, 200).result;
  };

  it('case reads have no authentication: findings of all repositories are public to the network', async () => {
    await ingest('private', { SchemaVersion: 2, Results: [results(vulnerability('CVE-2031-1', 'HIGH'))] });
    const [kase] = bodyOf(await api.get<{ id: number }[]>('/api/v1/cases?repo=private'), 200);
    for (const stranger of [new Api(platform, null), new Api(platform, 'assay_admin_guessed')]) {
      for (const path of ['/api/v1/cases', `/api/v1/cases/${kase!.id}`, `/api/v1/cases/${kase!.id}/findings`]) {
        expect((await stranger.get(path)).status).toBe(401);
      }
    }
    bodyOf(await api.post('/api/v1/tenants', { slug: 'globex', displayName: 'Globex' }), 201);
    const headers = { 'x-tenant': 'globex' };
    expect((await api.call('GET', '/api/v1/cases', undefined, headers)).body).toEqual([]);
    expect((await api.call('GET', `/api/v1/cases/${kase!.id}`, undefined, headers)).status).toBe(404);
  });

  it.each([
    { Results: null },
    { SchemaVersion: 2 },
    { Results: [{ Target: 'a', Vulnerabilities: null, Misconfigurations: null }] },
    { Results: [] },
  ])('null `Results`, `Vulnerabilities` or `Misconfigurations` crash with 500: %j', async (report) => {
    expect(await ingest('null', report)).toMatchObject({
      status: 200,
      body: { case_status: 'RESOLVED', critical: 0, high: 0, gate: false },
    });
  });

  it('a non-text severity crashes likewise', async () => {
    for (const severity of [7, null, true, {}, []]) {
      const answer = await ingest('odd', {
        SchemaVersion: 2,
        Results: [results(vulnerability('CVE-2031-2', severity))],
      });
      expect([severity, answer.status]).toEqual([severity, answer.status === 422 ? 422 : 200]);
    }
  });

  it('gate only knows the literal branch `main`: repositories with `master` or release branches are never gated', async () => {
    const report = { SchemaVersion: 2, Results: [results(vulnerability('CVE-2031-3', 'CRITICAL'))] };
    for (const targetBranch of ['main', 'master', 'release/1.0']) {
      expect(await judge(`gate-${targetBranch}`, report, { targetBranch })).toMatchObject({
        verdict: 'block',
        gate: true,
      });
    }
    expect(await judge('gate-other', report, { targetBranch: 'develop' })).toMatchObject({ verdict: 'not-applicable' });
    const policy = { protectedBranches: ['develop'] };
    bodyOf(await api.call('PUT', '/api/v1/policies/gate?repo=acme/gate-other', policy), 200);
    expect(await judge('gate-other', report, { targetBranch: 'develop' })).toMatchObject({ verdict: 'block' });
  });

  it('passed misconfigurations, duplicates and unfixable or ignored findings count like the rest: noisy gate', async () => {
    const twice = vulnerability('CVE-2031-4', 'HIGH');
    const passed = { ID: 'DS001', Title: 't', Severity: 'CRITICAL', Status: 'PASS' };
    const report = {
      SchemaVersion: 2,
      Results: [
        results(twice, twice),
        { Target: 'Dockerfile', Class: 'config', Type: 'dockerfile', Misconfigurations: [passed] },
      ],
    };
    expect((await judge('noise', report)).counts).toMatchObject({ critical: 0, high: 1 });
    bodyOf(await api.call('PUT', '/api/v1/policies/gate?repo=acme/noise', { onlyFixable: true }), 200);
    expect(await judge('noise', report)).toMatchObject({ verdict: 'pass', gate: false });
    // What SecureCase's own callers are told stays what its server would count.
    expect((await ingest('noise-there', report)).body).toMatchObject({ critical: 1, high: 2, gate: true });
  });

  it('`max_severity` is LOW for an empty or medium report: misleading', async () => {
    const medium = { SchemaVersion: 2, Results: [results(vulnerability('CVE-2031-5', 'MEDIUM'))] };
    expect((await judge('levels', medium)).counts).toMatchObject({ high: 0, medium: 1, low: 0 });
    const { trivy_report: scan_report, ...rest } = envelope('levels-many', { SchemaVersion: 2, Results: [] });
    const many = await api.post('/api/v1/ingest/scan', { scan_provider: 'trivy', scan_report, ...rest });
    expect(many.body).toMatchObject({ case_status: 'RESOLVED', max_severity: 'NONE' });
  });

  it('blocking database calls on a small thread pool, no queue', async () => {
    const report = { SchemaVersion: 2, Results: [results(vulnerability('CVE-2031-6', 'HIGH'))] };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ingest(`burst-${n % 10}`, report)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await api.get<object[]>('/api/v1/cases?status=OPEN')).body.length).toBeGreaterThanOrEqual(10);
  });
});
