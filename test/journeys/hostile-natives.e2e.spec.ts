import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { filesBelow, leaks } from './support/hostile-forms.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

const mebibyte = 1024 * 1024;

/** `issues show 4`, "How it is judged", 6, for what is not PatchHound's (`hostile-dialects.e2e.spec.ts`). */
describe('hostile callers of SecureCase, of hooks and of native routes', () => {
  const platform = new PlatformProcess('all-in-one', { env: { FEEDS_SEED: 'false' } });
  let api: Api;
  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const address = '/api/v1/ingest/reports/trivy?repo=a/b&wait=60';
    bodyOf(await api.post(address, { SchemaVersion: 2, Results: [] }), 200);
    await waitUntil('that nothing more is stored of it', async () => {
      const before = filesBelow(join(platform.dataDir, 'artifacts'));
      await sleep(1_500);
      return filesBelow(join(platform.dataDir, 'artifacts')) === before;
    });
  });
  afterAll(() => platform.remove());

  it('lie to SecureCase, and are told in its words', async () => {
    const metadata = { provider: 'p', org: 'o', repo: 'r', branch: 'b', commit_sha: 'c', run_id: '1', run_url: 'u' };
    const report = { Results: [] };
    const base = { metadata, image: { name: 'n', tag: 't', digest: 'd' }, trivy_report: report };
    const bad: [string, unknown][] = [
      ['', ''],
      ['text', '"x"'],
      ['null', 'null'],
      ['a list', []],
      ['depth', '{"a":'.repeat(100_000)],
      ['depth in metadata', `{"metadata":${'['.repeat(100_000)}`],
      ['a report twice', JSON.stringify(base).replace(/}$/, ',"trivy_report":{}}')],
      [
        'an origin twice',
        JSON.stringify(base).replace(/}$/, `,"metadata":${JSON.stringify({ ...metadata, org: 'other' })}}`),
      ],
      ['no JSON', JSON.stringify(base).slice(0, -1)],
      ['no text', Buffer.concat([Buffer.from('{"metadata":"'), Buffer.from([0xff]), Buffer.from('"}')])],
      ['a report that is text', { ...base, trivy_report: 'x' }],
      ['a PR that is an object', { ...base, metadata: { ...metadata, pr_id: { a: 1 } } }],
      ['a PR that is too large', { ...base, metadata: { ...metadata, pr_id: 1e18 } }],
      ['a PR that is a long text', { ...base, metadata: { ...metadata, pr_id: `${' '.repeat(100_000)}x` } }],
      ['NUL', { ...base, metadata: { ...metadata, org: 'a\u0000' } }],
      ['lines', { ...base, metadata: { ...metadata, branch: 'a\r\nlevel=error' } }],
      ['half a character', JSON.stringify(base).replace('"org":"o"', '"org":"\\ud800"')],
      [
        'a key of 501',
        { ...base, metadata: { ...metadata, org: 'o'.repeat(200), repo: 'r'.repeat(200), branch: 'b'.repeat(200) } },
      ],
      ['prototypes', '{"__proto__":{"metadata":{}},"constructor":{"prototype":{}}}'],
    ];
    const before = filesBelow(join(platform.dataDir, 'artifacts', 'default'));
    for (const [what, body] of bad) {
      for (const route of ['trivy', 'scan', 'test']) {
        const { status, body: said } = await api.post<{ detail: unknown }>(`/api/v1/ingest/${route}`, body);
        expect({ what, route, isRefused: [400, 413, 422].includes(status), status }).toMatchObject({ isRefused: true });
        expect({ what, said, has: 'detail' in (said as object) }).toMatchObject({ has: true });
        expect(JSON.stringify(said)).not.toMatch(leaks);
      }
    }
    expect(filesBelow(join(platform.dataDir, 'artifacts', 'default'))).toBe(before);
    for (const id of ['../1', '1e3', '-1', '99999999999999999999', '%00', '1;drop']) {
      const { status } = await api.get(`/api/v1/cases/${encodeURIComponent(id)}`);
      expect({ id, isRefused: [400, 404, 422].includes(status) }).toEqual({ id, isRefused: true });
    }
  });

  it('put `::` into names, and still hit nobody else’s case', async () => {
    const ingest = (org: string, repo: string, branch: string, critical: boolean) =>
      api.post<{ gate: boolean; case_status: string }>('/api/v1/ingest/trivy', {
        metadata: { provider: 'colons', org, repo, branch, commit_sha: 'c', run_id: `${org}${repo}`, run_url: 'u' },
        image: { name: 'n', tag: 't', digest: 'd' },
        trivy_report: {
          Results: critical
            ? [
                {
                  Target: 't',
                  Vulnerabilities: [{ VulnerabilityID: 'CVE-2021-44228', PkgName: 'x', Severity: 'CRITICAL' }],
                },
              ]
            : [],
        },
      });
    expect((await ingest('a', 'b::c', 'main', true)).body.case_status).toBe('OPEN');
    expect((await ingest('a::b', 'c', 'main', false)).body.case_status).toBe('RESOLVED');
    const cases = await api.get<{ repo_name: string; status: string }[]>('/api/v1/cases?provider=colons');
    expect(cases.body.map(({ repo_name, status }) => [repo_name, status]).toSorted()).toEqual([
      ['b::c', 'OPEN'],
      ['c', 'RESOLVED'],
    ]);
  });

  it('speak for a forge, and are believed only with its signature', async () => {
    const hook = bodyOf(
      await api.post<{ id: string; secret: string }>('/api/v1/change-hooks', { provider: 'github' }),
      201,
    );
    const events = `/api/v1/change-hooks/${hook.id}/events`;
    const stranger = new Api(platform, null);
    const signed = (body: string | Uint8Array, secret = hook.secret): Record<string, string> => ({
      'x-github-event': 'pull_request',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    });
    const closed = JSON.stringify({ action: 'closed', number: 1, pull_request: {}, repository: { full_name: 'a/b' } });
    for (const headers of [
      {},
      signed(closed, ''),
      signed(closed, 'wrong'),
      signed(`${closed} `),
      { 'x-hub-signature-256': 'sha256=' },
      { 'x-hub-signature-256': '\u00ff' },
      { 'x-gitlab-token': hook.secret },
    ]) {
      expect((await stranger.post(events, closed, { 'x-github-event': 'pull_request', ...headers })).status).toBe(401);
    }
    for (const id of ['__proto__', '%00', '..%2f..', '01900000-0000-7000-8000-000000000000', "'%3b--"]) {
      const { status } = await stranger.post(`/api/v1/change-hooks/${id}/events`, closed, signed(closed));
      expect({ id, isRefused: [401, 404, 422].includes(status) }).toEqual({ id, isRefused: true });
    }
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '{"__proto__":1}',
      '['.repeat(100_000),
      '{"action":"closed","number":-1}',
      closed.replace('a/b', 'x'.repeat(401)),
    ]) {
      const { status, body: said } = await stranger.post(events, body || undefined, signed(body));
      expect({ body: body.slice(0, 20), status, said }).toMatchObject({ status: 400 });
    }
    const large = Buffer.alloc(6 * mebibyte, 32);
    expect((await stranger.post(events, large, signed(large))).status).toBe(413);
    const names = closed.replace('a/b', '../../etc\\u0000/x');
    expect((await stranger.post(events, names, signed(names))).status).toBe(400);
    expect(await stranger.post(events, closed, signed(closed))).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
    const again = { ...signed(closed), 'x-github-delivery': 'another-id' };
    expect(await stranger.post(events, closed, again)).toMatchObject({ status: 202, body: { status: 'repeated' } });
    const late = bodyOf(
      await api.post<{ id: string; secret: string }>('/api/v1/change-hooks', { provider: 'gitlab' }),
      201,
    );
    const merged = {
      object_kind: 'merge_request',
      project: { path_with_namespace: 'a/b' },
      object_attributes: { action: 'merge', iid: 1, updated_at: '+275760-09-13T00:00:00Z' },
    };
    const asGitLab = { 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': late.secret };
    expect((await stranger.post(`/api/v1/change-hooks/${late.id}/events`, merged, asGitLab)).status).toBe(202);
    const lists = JSON.stringify((await api.get('/api/v1/change-hooks')).body);
    expect(lists).not.toContain(hook.secret);
  });

  it('send anything to any native route, and never make it fail', { timeout: 120_000 }, async () => {
    const { body: document } = await api.get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
    const operations = Object.entries(document.paths).flatMap(([route, item]) =>
      Object.keys(item).map((method) => ({ method: method.toUpperCase(), route })),
    );
    const ours = operations.filter(({ route }) =>
      /exceptions|exclusion|vex|verdicts|sign|verify|vault|teams|reports|change-hooks|policies|attestations|cases|history|runs|hosts|host-groups|benchmarks|compliance|signals|agents|stats/.test(
        route,
      ),
    );
    expect(ours.length).toBeGreaterThan(50);
    const bodies = [
      '{',
      'null',
      '7',
      '"x"',
      '[]',
      '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}',
      '['.repeat(60_000),
      '{"name":"a\\u0000b","repo":"a\\u0000b"}',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ];
    const failed: string[] = [];
    const note = (what: string, { status, body }: { status: number; body: unknown }): void => {
      // 503 is an answer: scanner content that nobody has configured.
      if ((status >= 500 && status !== 503) || leaks.test(JSON.stringify(body)))
        failed.push(`${what}: ${status} ${JSON.stringify(body).slice(0, 200)}`);
    };
    for (const { method, route } of ours) {
      const address = route.replace('{tool}', 'trivy').replaceAll(/\{[^}]+\}/g, '01900000-0000-7000-8000-000000000000');
      const query = '?repo=%00&limit=1e400&cursor=__proto__&image=..%2f..&org=%ff';
      if (method === 'GET') note(`${method} ${route}`, await api.get(`${address}${query}`));
      else for (const body of bodies) note(`${method} ${route}`, await api.call(method, address, body));
      if (!route.includes('{')) continue;
      for (const id of ['..%2f..%2fetc', '%00', '__proto__', '9'.repeat(40)]) {
        note(
          `${method} ${id}`,
          await api.call(method, route.replaceAll(/\{[^}]+\}/g, id), method === 'GET' ? undefined : '{}'),
        );
      }
    }
    expect(failed).toEqual([]);
  });

  it('leave a service that is well and has failed at nothing', async () => {
    expect((await api.get('/readyz')).status).toBe(200);
    const lines = readFileSync(join(platform.dataDir, 'journey.log'), 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('"request failed"'))).toEqual([]);
  });
});
