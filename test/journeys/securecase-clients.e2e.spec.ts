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
