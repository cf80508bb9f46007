import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ArtifactRef } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupIdOf } from '../src/vulnerabilities/vulnerability.js';
import { RunningScanner, type Sent } from './support/running-scanner.js';
import { aZip } from './support/zip.js';

const platformAdmin = { role: 'admin', platformAdmin: true } as const;
const onMain: Sent = { origin: { provider: 'github', org: 'acme', repo: 'watched', branch: 'main' } };

interface Record {
  readonly id: string;
  readonly aliases?: string[];
  readonly fixed?: string;
  readonly name?: string;
  readonly severity?: string;
  readonly modified?: string;
  readonly withdrawn?: string;
}

/** An OSV record that affects one npm package from the beginning up to `fixed`. */
function record({ id, aliases = [], fixed = '2.0.0', name = 'left', severity = 'HIGH', ...dates }: Record): object {
  const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }];
  const affected = [{ package: { ecosystem: 'npm', name }, ranges }];
  return { id, aliases, modified: '2026-01-01T00:00:00Z', ...dates, affected, database_specific: { severity } };
}

const sbomOf = (name: string, ...purls: string[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      metadata: { component: { type: 'application', name } },
      components: purls.map((purl) => ({ type: 'library', name: purl, purl })),
    }),
  );
const kevOf = (...ids: string[]): string =>
  JSON.stringify({
    catalogVersion: '2026.01.01',
    vulnerabilities: ids.map((cveID) => ({
      cveID,
      dateAdded: '2026-01-01',
      dueDate: '2026-02-01',
      requiredAction: 'Update.',
    })),
  });

let scanner: RunningScanner;
let mirror: string;
let website: Server;
const pages = new Map<string, { readonly etag: string; readonly body: Buffer }>();
const answered: number[] = [];

beforeAll(async () => {
  mirror = mkdtempSync(join(tmpdir(), 'assay-mirror-'));
  for (const folder of ['osv', 'kev']) mkdirSync(join(mirror, folder));
  website = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    const status = page === undefined ? 404 : request.headers['if-none-match'] === page.etag ? 304 : 200;
    answered.push(status);
    response.writeHead(status, page === undefined ? {} : { etag: page.etag });
    response.end(status === 200 ? page?.body : undefined);
  });
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  scanner = await RunningScanner.start({
    FEEDS_SEED: 'false',
    FEEDS_DIR: mirror,
    OSV_FEED_URLS: address('/npm/all.zip'),
  });
});
afterAll(async () => {
  await scanner.stop();
  website.close();
  rmSync(mirror, { recursive: true, force: true });
});

function address(path: string): string {
  return `http://127.0.0.1:${(website.address() as AddressInfo).port}${path}`;
}

async function post(path: string, body?: object): Promise<Response> {
  return scanner.call(path, platformAdmin, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
}

/** Refreshes a feed and waits for its end. */
async function refresh(
  feed: string,
  source?: string,
): Promise<{ state: string; error: string | null; progress: object }> {
  const response = await post(`/api/v1/feeds/${feed}/refresh`, source === undefined ? {} : { source });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  return eventually(`the refresh ${id} has ended`, async () => {
    const read = await scanner.call(`/api/v1/feeds/refreshes/${id}`, platformAdmin);
    const now = (await read.json()) as { state: string; error: string | null; progress: object };
    return now.state === 'done' || now.state === 'failed' ? now : undefined;
  });
}

/** Writes the whole mirror of a source and refreshes from it. */
async function mirrored(source: string, ...records: object[]): Promise<object> {
  writeFileSync(
    join(mirror, 'osv', `${source}.jsonl.gz`),
    gzipSync(records.map((each) => JSON.stringify(each)).join('\n')),
  );
  return (await refresh('osv')).progress;
}

const changes = (): {
  receipt: string;
  version: number | null;
  data: { opened: number; resolved: number; findings: ArtifactRef };
}[] =>
  scanner.bus.ofType('scanning.findings.changed.v1').map((event) => ({
    receipt: (event.data as { receiptId: string }).receiptId,
    version: event.version,
    data: event.data as { opened: number; resolved: number; findings: ArtifactRef },
  }));

async function nextChange(known: number) {
  return eventually('the findings have changed', () => changes()[known]);
}

describe('an import', () => {
  it('says what it added, changed, removed and rejected, and why', async () => {
    expect(await mirrored('first', record({ id: 'X-1' }), record({ id: 'X-2' }), { affected: [] })).toMatchObject({
      read: 3,
      added: 2,
      rejected: 1,
    });
    const items = ((await (await scanner.call('/api/v1/feeds')).json()) as { items: object[] }).items;
    expect(items).toContainEqual(
      expect.objectContaining({
        name: 'osv',
        records: 2,
        rejections: [expect.objectContaining({ source: 'first', reason: expect.stringContaining('id') })],
      }),
    );
    expect(await mirrored('first', record({ id: 'X-1', fixed: '3.0.0' }))).toMatchObject({
      added: 0,
      changed: 1,
      removed: 1,
    });
  });

  it('of the same again changes nothing and tells nobody', async () => {
    const told = scanner.bus.ofType('scanning.advisories.changed.v1').length;
    expect(await mirrored('first', record({ id: 'X-1', fixed: '3.0.0' }))).toMatchObject({
      added: 0,
      changed: 0,
      removed: 0,
    });
    expect(scanner.bus.ofType('scanning.advisories.changed.v1')).toHaveLength(told);
  });

  it('joins two records of one id', async () => {
    await mirrored('twice', record({ id: 'X-20', name: 'twice-a' }), record({ id: 'X-20', name: 'twice-b' }));
    const { findings } = await scanner.findingsOf(sbomOf('twice', 'pkg:npm/twice-a@1.0.0', 'pkg:npm/twice-b@1.0.0'));
    expect(findings.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['X-20', 'X-20']);
  });
});

describe('advisories that change', () => {
  it('open and resolve findings of what is watched, and of nothing else', async () => {
    const sbom = sbomOf('watched', 'pkg:npm/watched@1.0.0');
    const receiptId = await scanner.send(sbom, onMain);
    await scanner.answerTo(receiptId);
    await scanner.findingsOf(sbomOf('another', 'pkg:npm/unrelated@1.0.0'), {
      origin: { ...onMain.origin, branch: 'other' },
    });
    const known = changes().length;

    await mirrored('delta', record({ id: 'GHSA-1111-2222-3333', aliases: ['CVE-2026-1'], name: 'watched' }));
    const opened = await nextChange(known);
    expect(opened).toMatchObject({ receipt: receiptId, version: 2, data: { opened: 1, resolved: 0 } });
    const document = await scanner.findingsAt(opened.data.findings);
    expect(document.findings).toEqual([
      expect.objectContaining({ vulnerabilityId: 'CVE-2026-1', severity: 'high', group: groupIdOf('CVE-2026-1') }),
    ]);

    await mirrored(
      'delta',
      record({
        id: 'GHSA-1111-2222-3333',
        aliases: ['CVE-2026-1'],
        name: 'watched',
        withdrawn: '2026-02-01T00:00:00Z',
      }),
    );
    expect(await nextChange(known + 1)).toMatchObject({ version: 3, data: { opened: 0, resolved: 1 } });
    expect(changes()).toHaveLength(known + 2);
  });

  it('mark what is exploited, in SBOMs and in reports of others', async () => {
    await mirrored('exploited', record({ id: 'GHSA-4444-5555-6666', aliases: ['CVE-2026-4004'], name: 'exploited' }));
    const sent: Sent = { origin: { ...onMain.origin, branch: 'exploited' } };
    await scanner.findingsOf(sbomOf('exploited', 'pkg:npm/exploited@1.0.0'), sent);
    const vulnerability = {
      VulnerabilityID: 'CVE-2026-4004',
      PkgName: 'exploited',
      InstalledVersion: '1.0.0',
      Severity: 'LOW',
    };
    const report = {
      SchemaVersion: 2,
      Results: [{ Target: 'lock', Class: 'lang-pkgs', Vulnerabilities: [vulnerability] }],
    };
    await scanner.findingsOf(Buffer.from(JSON.stringify(report)), { ...sent, kind: 'report', tool: 'trivy' });
    const known = changes().length;

    writeFileSync(join(mirror, 'kev', 'known_exploited_vulnerabilities.json'), kevOf('CVE-2026-4004', 'CVE-2026-9999'));
    expect((await refresh('kev')).state).toBe('done');
    await nextChange(known + 1);
    const marks = await Promise.all(
      changes()
        .slice(known)
        .map(({ data }) => scanner.findingsAt(data.findings)),
    );
    expect(marks.map(({ tool, findings }) => [tool, findings[0]?.kev?.dateAdded]).toSorted()).toEqual([
      ['sbom', '2026-01-01'],
      ['trivy', '2026-01-01'],
    ]);
  });

  it('that make one flaw of two tell everybody, and a finding stays as old as it was', async () => {
    await mirrored(
      'merging',
      record({ id: 'GHSA-7777-7777-7777', name: 'merging' }),
      record({ id: 'CVE-2026-7', name: 'merging' }),
    );
    const sent: Sent = { origin: { ...onMain.origin, branch: 'merging' } };
    const before = await scanner.findingsOf(sbomOf('merging', 'pkg:npm/merging@1.0.0'), sent);
    expect(before.findings).toHaveLength(2);
    const listed = async () =>
      (
        (await (await scanner.call('/api/v1/findings?purl=pkg:npm/merging')).json()) as {
          items: { firstSeenAt: string; vulnerabilityId: string }[];
        }
      ).items;
    const firstSeenAt = (await listed())[0]?.firstSeenAt;
    const known = changes().length;

    await mirrored(
      'merging',
      record({ id: 'GHSA-7777-7777-7777', aliases: ['CVE-2026-7'], name: 'merging' }),
      record({ id: 'CVE-2026-7', name: 'merging' }),
    );
    const merged = await eventually(
      'the merge is told',
      () => scanner.bus.ofType('scanning.vulnerability.merged.v1')[0],
    );
    const groups = [groupIdOf('GHSA-7777-7777-7777'), groupIdOf('CVE-2026-7')];
    expect(groups).toContain((merged.data as { from: string }).from);
    expect(groups).toContain((merged.data as { into: string }).into);
    await nextChange(known);
    expect(await listed()).toEqual([expect.objectContaining({ vulnerabilityId: 'CVE-2026-7', firstSeenAt })]);
  });

  it('make known what only a report knew: its group moves with it', async () => {
    const vulnerability = {
      VulnerabilityID: 'GHSA-8888-8888-8888',
      PkgName: 'r',
      InstalledVersion: '1',
      Severity: 'LOW',
      PkgIdentifier: { PURL: 'pkg:npm/reported@1.0.0' },
    };
    const report = {
      SchemaVersion: 2,
      Results: [{ Target: 'lock', Class: 'lang-pkgs', Vulnerabilities: [vulnerability] }],
    };
    const sent: Sent = { kind: 'report', tool: 'trivy', origin: { ...onMain.origin, branch: 'reported' } };
    const { findings } = await scanner.findingsOf(Buffer.from(JSON.stringify(report)), sent);
    expect(findings[0]?.group).toBe(groupIdOf('GHSA-8888-8888-8888'));
    const known = changes().length;

    await mirrored('reported', record({ id: 'GHSA-8888-8888-8888', aliases: ['CVE-2026-8'], name: 'reported' }));
    const document = await scanner.findingsAt((await nextChange(known)).data.findings);
    expect(document.findings).toEqual([
      expect.objectContaining({ group: groupIdOf('CVE-2026-8'), vulnerabilityId: 'CVE-2026-8', severity: 'low' }),
    ]);
    expect(scanner.bus.ofType('scanning.vulnerability.merged.v1').map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ from: groupIdOf('GHSA-8888-8888-8888'), into: groupIdOf('CVE-2026-8') }),
    );
  });
});

describe('sources', () => {
  it('are archives as OSV publishes them, fetched once while they do not change', async () => {
    const zip = aZip({ 'X-30.json': JSON.stringify(record({ id: 'X-30', name: 'zipped' })), 'X-31.json': '{"id"' });
    pages.set('/npm/all.zip', { etag: '"1"', body: zip });
    expect(await refresh('osv', address('/npm/all.zip'))).toMatchObject({
      state: 'done',
      progress: { added: 1, rejected: 1 },
    });
    expect(await refresh('osv', address('/npm/all.zip'))).toMatchObject({ state: 'done' });
    expect(answered).toEqual([200, 304]);
  });

  it('that fail are told, and what was there stays in force', async () => {
    expect(await refresh('osv', address('/nothing.zip'))).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('404'),
    });
    const { items } = (await (await scanner.call('/api/v1/feeds')).json()) as {
      items: { name: string; lastError: string | null; records: number }[];
    };
    const osv = items.find(({ name }) => name === 'osv');
    expect(osv?.lastError).toContain('404');
    expect(osv?.records).toBeGreaterThan(5);
  });

  it('are read for services that want fresh feeds, once for all who ask at about the same time', async () => {
    const ask = async (role: 'service' | 'admin'): Promise<Response> =>
      scanner.call(
        '/api/v1/feeds/refreshes',
        { role },
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ since: new Date().toISOString() }),
        },
      );
    const items = async (): Promise<{ id: string; feed: string; state: string }[]> =>
      ((await (await ask('service')).json()) as { items: { id: string; feed: string; state: string }[] }).items;
    const [one, other] = await Promise.all([items(), items()]);
    expect(one!.map(({ feed }) => feed).toSorted()).toEqual(['epss', 'kev', 'osv']);
    expect(other!.map(({ id }) => id)).toEqual(one!.map(({ id }) => id));
    const last = await eventually('they have ended', async () => {
      const now = await items();
      return now.every(({ state }) => state === 'done' || state === 'failed') && now;
    });
    expect(last.map(({ id }) => id)).toEqual(one!.map(({ id }) => id));
    expect((await ask('admin')).status).toBe(403);
  });

  it('outside of the mirror and of the configured hosts are refused', async () => {
    symlinkSync('/etc', join(mirror, 'sneaky'));
    for (const source of [
      '/etc',
      '../',
      'osv/../../..',
      'sneaky',
      'http://127.0.0.1:1/all.zip',
      'file:///etc/passwd',
    ]) {
      expect((await post('/api/v1/feeds/osv/refresh', { source })).status, source).toBe(422);
    }
    rmSync(join(mirror, 'sneaky'));
    const asTenantAdmin = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await scanner.call('/api/v1/feeds/osv/refresh', { role: 'admin' }, asTenantAdmin)).status).toBe(403);
  });

  it('are files that somebody sends', async () => {
    const body = gzipSync(JSON.stringify(record({ id: 'X-40', name: 'sent' })));
    const sent = await scanner.call('/api/v1/feeds/osv/import?name=osv-sent.jsonl.gz', platformAdmin, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    expect([sent.status, await sent.json()]).toEqual([
      200,
      { feed: 'osv', added: 1, changed: 0, removed: 0, rejected: 0 },
    ]);
    const kev = await scanner.call('/api/v1/feeds/kev/import?name=kev.json', platformAdmin, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: '{"catalogVersion":"1"}',
    });
    expect(kev.status).toBe(422);
  });
});
