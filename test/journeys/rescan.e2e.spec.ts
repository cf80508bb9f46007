import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { Intruder } from './support/intruder.js';
import { PatchHoundCli } from './support/patchhound-cli.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

interface Rescan {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly verified: number;
  readonly done: number;
  readonly stopped: number;
  readonly failed: number;
  readonly newFindings: number;
  readonly newKev: number;
  readonly feeds: readonly { readonly name: string }[] | null;
  readonly jobs: readonly { readonly slices: number; readonly done: number }[];
}

interface RunRescans {
  readonly items: readonly {
    readonly rescanId: string;
    readonly state: string;
    readonly reason: { readonly status: string; readonly message: string } | null;
    readonly newCount: number;
    readonly newKevCount: number;
    readonly news: readonly { readonly list: string; readonly id: string; readonly foundAt: string }[];
  }[];
}

interface Summary {
  readonly rescan_timestamp: string | null;
  readonly new_vulnerabilities: readonly { readonly id: string; readonly vuln_found_timestamp: string }[];
  readonly new_kev_vulnerabilities: readonly { readonly id: string }[];
  readonly counters: Readonly<Record<string, number>>;
}

/** Released versions of one product; each has a component of its own and one that all of them have. */
const versions = 120;
const tampered = 7;
const octets = { 'content-type': 'application/octet-stream' };

function anSbom(version: number): Buffer {
  const components = [
    { type: 'library', name: `part-${version}`, version: '1.0.0', purl: `pkg:npm/part-${version}@1.0.0` },
    { type: 'library', name: 'leftover', version: '2.0.0', purl: 'pkg:npm/leftover@2.0.0' },
  ];
  return Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }));
}

describe('a rescan of every released version', () => {
  const platform = new PlatformProcess('split', {
    args: ['--replicas', 'case-engine=2', '--only', 'ingest-gateway,scanner,signer,case-engine,alerting'],
    env: { FEEDS_SEED: 'false' },
  });
  const runs: { readonly id: string; readonly digest: string }[] = [];
  let receiver: WebhookReceiver;
  let api: Api;
  let globex: PatchHoundCli;
  let pathToken = '';
  let first: Rescan;

  /** An advisory on every version of an npm package. */
  async function anAdvisory(id: string, name: string): Promise<void> {
    const affected = [
      { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
    ];
    const record = { id, summary: `Something about ${name}`, modified: '2026-01-01T00:00:00Z', affected };
    const body = gzipSync(JSON.stringify({ ...record, database_specific: { severity: 'CRITICAL' } }));
    bodyOf(await api.post(`/api/v1/feeds/osv/import?name=osv-${id}.jsonl.gz`, body, octets), 200);
  }

  async function isExploited(id: string): Promise<void> {
    const known = {
      vendorProject: 'acme',
      product: 'leftover',
      vulnerabilityName: 'Leftovers',
      dateAdded: '2026-01-02',
    };
    const entry = { cveID: id, ...known, shortDescription: '', requiredAction: 'Update', dueDate: '2026-02-02' };
    const catalogue = { title: 'CISA', catalogVersion: '2026.01.02', dateReleased: '2026-01-02T00:00:00Z', count: 1 };
    const body = Buffer.from(JSON.stringify({ ...catalogue, vulnerabilities: [entry] }));
    bodyOf(await api.post('/api/v1/feeds/kev/import?name=kev.json', body, octets), 200);
  }

  const begin = async (by: Api, headers: Record<string, string> = {}): Promise<string> =>
    bodyOf(await by.post<Rescan>('/api/v1/rescans', {}, headers), 202).id;
  const read = async (id: string, headers: Record<string, string> = {}): Promise<Rescan> =>
    bodyOf(await api.call<Rescan>('GET', `/api/v1/rescans/${id}`, undefined, headers), 200);
  const ended = (id: string, headers?: Record<string, string>): Promise<Rescan> =>
    waitUntil('the end of the rescan', async () => {
      const rescan = await read(id, headers);
      return rescan.state === 'done' && rescan;
    });
  const rescansOf = async (run: number): Promise<RunRescans['items']> =>
    bodyOf(await api.get<RunRescans>(`/api/v1/runs/${runs[run]!.id}/rescans`), 200).items;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const { id } = bodyOf(
      await api.post<{ id: string }>('/api/v1/alerting/channels', {
        name: 'on-call',
        type: 'webhook',
        url: receiver.url,
      }),
      201,
    );
    const { items } = bodyOf(await api.get<{ items: { id: string }[] }>('/api/v1/alerting/rules'), 200);
    for (const rule of items) await api.call('DELETE', `/api/v1/alerting/rules/${rule.id}`);
    for (const on of ['verification.failed', 'run.rescanned']) {
      bodyOf(await api.post('/api/v1/alerting/rules', { name: on, on: [on], channels: [id] }), 201);
    }
    bodyOf(await api.call('PUT', '/api/v1/policies/rescans', { versions: 500 }), 200);
    for (let at = 0; at < versions; at += 12) {
      const some = await Promise.all(
        Array.from({ length: 12 }, (_, n) => {
          const origin = `repo=acme/released&branch=main&commitSha=v${at + n}&runId=${at + n}`;
          return api.post<{ documents: { digest: string }[]; result: { runId: string } }>(
            `/api/v1/ingest/sbom?${origin}&wait=60`,
            anSbom(at + n),
          );
        }),
      );
      for (const answer of some) {
        const { documents, result } = bodyOf(answer, 200);
        runs.push({ id: result.runId, digest: documents[0]!.digest });
      }
    }
    globex = new PatchHoundCli(platform.url);
    const fields = { api_key: platform.adminKey, organization: 'globex', expiration_days: '30' };
    globex.token = /Key: (\S+)/.exec((await globex.post('create-token-key', fields)).text)?.[1] ?? '';
    const scanned = await globex.scan({
      current_repo: 'globex/shop',
      exclusions: undefined,
      sast_report: globex.asNewFile('sast_report.json', '{"SAST_SCAN":false,"results":[]}'),
      sast_ruleset: '[""]',
    });
    pathToken = (JSON.parse(scanned.text) as { path_to_resources_token: string }).path_to_resources_token;

    await anAdvisory('CVE-2026-7001', 'leftover');
    await anAdvisory('CVE-2026-7002', 'lodash');
    await isExploited('CVE-2026-7001');
    new Intruder(platform).flipsAByteOf(runs[tampered]!.digest);
  }, 100_000);
  afterAll(async () => {
    globex.remove();
    await platform.remove();
    await receiver.stop();
  });

  it('ends with each run rescanned exactly once, although case-engine and scanner are killed in the middle', async () => {
    const id = await begin(api);
    await waitUntil('the middle of it', async () => (await read(id)).verified > 0);
    expect(platform.kill('case-engine')).toBe(true);
    await waitUntil('some more of it', async () => {
      const { done, state } = await read(id);
      return done > 0 || state === 'done';
    });
    platform.kill('scanner');
    platform.kill('case-engine-2');
    first = await ended(id);
    expect(first).toMatchObject({ total: versions, done: versions - 1, stopped: 1, failed: 0 });
    expect(first).toMatchObject({ newFindings: versions - 1, newKev: versions - 1 });
    expect(first.jobs.length).toBeGreaterThan(1);
    expect(first.jobs.reduce((sum, { done }) => sum + done, 0)).toBe(versions - 1);
    expect(first.feeds?.map(({ name }) => name)).toContain('osv');
  });

  it('"only the newest scan of a repo is ever rescanned": every version has its new finding, once', async () => {
    for (const run of [0, 1, 60, versions - 1]) {
      const [only, ...more] = await rescansOf(run);
      expect(more).toEqual([]);
      expect(only).toMatchObject({ state: 'done', newCount: 1, newKevCount: 1 });
      expect(only!.news.map(({ list, id }) => [list, id])).toEqual([
        ['kev', 'CVE-2026-7001'],
        ['new', 'CVE-2026-7001'],
      ]);
    }
  });

  it('stops for a document that was changed on disk, says why, and tells those on call once', async () => {
    const [stopped] = await rescansOf(tampered);
    expect(stopped).toMatchObject({ state: 'stopped', reason: { status: 'damaged-document' }, news: [] });
    const trail = bodyOf(
      await api.get<{ entries: { what: string; details: object }[] }>(`/api/v1/runs/${runs[tampered]!.id}/audit-trail`),
      200,
    );
    expect(trail.entries.filter(({ what }) => what === 'rescanned')).toMatchObject([
      { details: { state: 'stopped', reason: { status: 'damaged-document', digest: runs[tampered]!.digest } } },
    ]);
    const told = await waitUntil('the alert', async () => {
      const about = receiver.received.filter(({ body }) => body.includes(runs[tampered]!.digest));
      return about.length > 0 && about;
    });
    expect(told).toHaveLength(1);
  });

  it('updates the case of the newest version', async () => {
    const { body } = await api.get<object[]>('/api/v1/cases?repo=released');
    expect(body).toMatchObject([{ status: 'OPEN', critical_count: 1 }]);
  });

  it('"lists grow on every run and no alert goes out": a second one finds nothing new, and the first was told', async () => {
    await waitUntil('alerts of versions that nobody sent anew', async () =>
      receiver.received.some(({ body }) => body.includes('CVE-2026-7001')),
    );
    const second = await ended(await begin(api));
    expect(second).toMatchObject({ total: versions, done: versions - 1, stopped: 1, newFindings: 0, newKev: 0 });
    const rescans = await rescansOf(0);
    expect(rescans.map(({ newCount }) => newCount)).toEqual([0, 1]);
    const report = bodyOf(await api.get<Report>(`/api/v1/runs/${runs[0]!.id}/report.json`), 200);
    expect(report.newFindings.map(({ id }) => id)).toEqual(['CVE-2026-7001']);
    expect(report.newKevFindings.map(({ id }) => id)).toEqual(['CVE-2026-7001']);
    expect(report.dates.rescanned).not.toBeNull();
  });

  const asGlobex = { 'x-tenant': 'globex' };

  it('"a missing optional file makes the rescan skip the repo": without exclusions, semgrep and webhook it is rescanned', async () => {
    const rescan = await ended(await begin(api, asGlobex), asGlobex);
    expect(rescan).toMatchObject({ total: 1, done: 1, stopped: 0, newFindings: 1, newKev: 0 });
    expect((await api.get(`/api/v1/rescans/${rescan.id}`)).status).toBe(404);
  });

  it('"one audit list is shared over all repos and organisations": another tenant has its own, and PatchHound reads it', async () => {
    const query = { token: globex.token, path_to_resources_token: pathToken };
    const flags = { latest_resource: 'false', repo_resources: 'false' };
    const files = async (file_name: string): Promise<string> =>
      (await globex.get('get-resources', { ...query, ...flags, file_name })).text;
    const summary = JSON.parse(await files('globex_shop_summary_report.json')) as Summary;
    expect(summary.rescan_timestamp).toMatch(/^\d{4}-/);
    expect(summary.new_vulnerabilities).toMatchObject([
      { id: 'CVE-2026-7002', vuln_found_timestamp: expect.any(String) },
    ]);
    expect(summary.counters).toMatchObject({ new_vulnerabilities_counter: 1, new_kev_vulnerabilities_counter: 0 });
    const listed = JSON.parse((await globex.get('list-resources', { ...query, ...flags })).text) as { files: string[] };
    const trails = listed.files.filter((name) => /^globex_shop_audit_trail_\d{8}_\d{6}\.json$/.test(name));
    expect(trails).toHaveLength(1);
    const trail = await files(trails[0]!);
    expect(await files(trails[0]!)).toBe(trail);
    expect(trail).toContain('"action":"VULNERABILITIES_FOUND"');
    expect(trail).toContain('"commit_sha":"Null","commit_author":"Daily Scan"');
    expect(trail).toContain('CVE-2026-7002');
    expect(trail).not.toContain('CVE-2026-7001');
  });
});

interface Report {
  readonly dates: { readonly rescanned: string | null };
  readonly newFindings: readonly { readonly id: string }[];
  readonly newKevFindings: readonly { readonly id: string }[];
}
