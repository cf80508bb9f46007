import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess } from './support/platform-process.js';

interface Row {
  readonly request: {
    readonly metadata: { readonly repo: string; readonly run_id: string };
    readonly trivy_report: { readonly $ref: string };
  };
  readonly expected: {
    readonly case_key: string;
    readonly case_status: string;
    readonly critical: number;
    readonly high: number;
    readonly gate: boolean;
  };
}

const rows = fixtureOf('test/fixtures/securecase/securecase-ingest.jsonl')
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row);

function bodyOf({ request }: Row): Buffer {
  const report = fixtureOf(`apps/scanner/test/fixtures/trivy/${request.trivy_report.$ref.split('/').at(-1)!}`);
  return Buffer.from(JSON.stringify({ ...request, trivy_report: JSON.parse(report.toString('utf8')) as unknown }));
}

describe('a CI job written for SecureCase', () => {
  const platform = new PlatformProcess('all-in-one');
  let api: Api;
  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
  });
  afterAll(() => platform.remove());

  it.each(rows.map((row) => [row.request.metadata.run_id, row] as const))(
    'gets its answer to run %s',
    async (_run, row) => {
      const { status, body } = await api.post<object>('/api/v1/ingest/trivy', bodyOf(row));
      const { case_key: _key, ...reply } = row.expected;
      expect({ status, body }).toMatchObject({ status: 200, body: reply });
    },
  );

  it('finds its cases as a bare array, newest first, with the fields it reads', async () => {
    const { status, body } = await api.get<Record<string, unknown>[]>('/api/v1/cases?repo=shop-web&status=OPEN');
    expect(status).toBe(200);
    expect(body.length).toBeGreaterThan(0);
    expect(body[0]).toMatchObject({
      id: expect.any(Number),
      case_key: expect.stringMatching(/::shop-web::/),
      repo_name: 'shop-web',
      branch_name: expect.any(String),
      status: 'OPEN',
      critical_count: expect.any(Number),
      high_count: expect.any(Number),
      max_severity: expect.any(String),
      latest_commit_sha: expect.any(String),
    });
    // A problem document whose detail is SecureCase's own words serves both kinds of client.
    expect(await api.get('/api/v1/cases/999999')).toMatchObject({ status: 404, body: { detail: 'Case not found' } });
    expect((await api.get('/api/v1/cases/abc')).status).toBe(422);
  });

  it('asks for its health', async () => {
    const health = await new Api(platform, null).get('/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('may send its report packed', async () => {
    const { case_key: _key, ...reply } = rows[0]!.expected;
    const packed = gzipSync(bodyOf(rows[0]!));
    const answer = await api.post('/api/v1/ingest/trivy', packed, { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 200, body: reply });
  });

  it('of the generation with several scanners sends reports of trivy and grype, and finds its cases by them', async () => {
    const source = { provider: 'github', org: 'acme', repo: 'many', branch: 'f', pr_id: 3, target_branch: 'main' };
    const metadata = { ...source, commit_sha: 'c1', run_id: '1', run_url: 'https://ci.example/1' };
    const image = { name: 'many', tag: '1', digest: 'sha256:00' };
    const artifact = { name: 'lodash', version: '4.17.20', type: 'npm', purl: 'pkg:npm/lodash@4.17.20' };
    const vulnerability = { id: 'CVE-2021-23337', severity: 'High', fix: { versions: ['4.17.21'], state: 'fixed' } };
    const scan_report = {
      matches: [{ vulnerability, artifact, matchDetails: [], relatedVulnerabilities: [] }],
      source: { type: 'image', target: {} },
      descriptor: { name: 'grype', version: '0.104.1' },
    };
    const send = (body: object) => api.post('/api/v1/ingest/scan', { metadata, image, scan_report, ...body });
    expect(await send({ scan_provider: 'grype' })).toMatchObject({
      status: 200,
      body: { case_status: 'OPEN', critical: 0, high: 1, max_severity: 'HIGH', gate: true },
    });
    const clean = { SchemaVersion: 2, Results: [] };
    expect(await send({ scan_provider: 'trivy', scan_report: clean })).toMatchObject({
      status: 200,
      body: { critical: 0, high: 0, max_severity: 'NONE', gate: false },
    });
    expect(await send({ scan_provider: 'nessus' })).toMatchObject({
      status: 400,
      body: { detail: 'Unsupported scan_provider: nessus' },
    });
    expect(await api.get('/api/v1/cases?scan_provider=grype&repo=many')).toMatchObject({
      status: 200,
      body: [{ repo_name: 'many', org_name: 'acme', pr_id: 3, high_vulns: 1, critical_vulns: 0, high_misconfig: 0 }],
    });
  });

  it('of the first generation makes a case and makes it again, beside everything real', async () => {
    const send = (commit: string) =>
      api.post('/api/v1/ingest/test', {
        case_key: 'github::acme::shop-web::BR::main',
        repo: 'shop-web',
        branch: 'main',
        commit,
      });
    const before = await api.get('/api/v1/cases?repo=shop-web&provider=github');
    expect(await send('c1')).toMatchObject({ status: 200, body: { status: 'created' } });
    expect(await send('c2')).toMatchObject({ status: 200, body: { status: 'updated' } });
    expect((await api.get('/api/v1/cases?repo=shop-web&provider=github')).body).toEqual(before.body);
    expect((await api.get('/api/v1/cases?repo=shop-web&provider=test')).body).toMatchObject([
      { branch_name: 'main', latest_commit_sha: 'c2', status: 'RESOLVED' },
    ]);
  });

  it('is refused without its key, before the body is read, in its own words', async () => {
    const stranger = new Api(platform, null);
    const answer = await stranger.post('/api/v1/ingest/trivy', '{ "broken');
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Unauthorized' } });
  });

  it.each([
    ['a field that is missing', (body: Record<string, unknown>) => delete body['image']],
    [
      'a branch that is a number',
      (body: Record<string, unknown>) => Object.assign(body['metadata'] as object, { branch: 5 }),
    ],
    [
      'a name that is too long',
      (body: Record<string, unknown>) => Object.assign(body['metadata'] as object, { repo: 'r'.repeat(201) }),
    ],
  ])('is told of %s with 422', async (_what, spoil) => {
    const body = JSON.parse(bodyOf(rows[0]!).toString('utf8')) as Record<string, unknown>;
    spoil(body);
    const answer = await api.post<{ detail: { loc: unknown[]; msg: string }[] }>('/api/v1/ingest/trivy', body);
    expect(answer.status).toBe(422);
    expect(answer.body.detail[0]).toMatchObject({ loc: expect.any(Array), msg: expect.any(String) });
  });
});
