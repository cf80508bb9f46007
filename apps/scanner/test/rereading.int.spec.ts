import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ArtifactRef, DataOf, scanCompletedV1 } from '@assay/contracts';
import { servicePrincipal } from '@assay/identity';
import { newId } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningScanner, type Sent } from './support/running-scanner.js';

let scanner: RunningScanner;
let mirror: string;
beforeAll(async () => {
  mirror = mkdtempSync(join(tmpdir(), 'assay-mirror-'));
  for (const folder of ['osv', 'kev', 'epss']) mkdirSync(join(mirror, folder));
  scanner = await RunningScanner.start({ FEEDS_SEED: 'false', FEEDS_DIR: mirror });
});
afterAll(async () => {
  await scanner.stop();
  rmSync(mirror, { recursive: true, force: true });
});

const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const anSbom = (name: string, ...purls: string[]): Buffer =>
  json({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { type: 'application', name } },
    components: purls.map((purl) => ({ type: 'library', name: purl, purl })),
  });
const aReport = (artifact: string, at: string, ...ids: string[]): Buffer =>
  json({
    SchemaVersion: 2,
    CreatedAt: at,
    ArtifactName: artifact,
    ArtifactType: 'container_image',
    Results: [
      {
        Target: 'lock',
        Class: 'lang-pkgs',
        Vulnerabilities: ids.map((VulnerabilityID) => {
          return { VulnerabilityID, PkgName: 'left', InstalledVersion: '1.0.0', Severity: 'HIGH' };
        }),
      },
    ],
  });
const onBranch = (branch: string, runId: string | null, more: Partial<Sent> = {}): Sent => ({
  origin: { provider: 'github', org: 'acme', repo: 'again', branch, runId, commitSha: runId && `sha-${runId}` },
  ...more,
});
const trivy = { kind: 'report', tool: 'trivy' } as const;

async function scanOf(bytes: Buffer, sent: Sent): Promise<DataOf<typeof scanCompletedV1>> {
  const { completed, failed } = await scanner.answerTo(await scanner.send(bytes, sent));
  if (completed === undefined) throw new Error(`it failed: ${failed?.code} ${failed?.message}`);
  return completed.data as DataOf<typeof scanCompletedV1>;
}

/** An advisory that affects every version of an npm package. */
async function importAdvisory(id: string, name: string): Promise<void> {
  const affected = [
    { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
  ];
  const references = [
    { type: 'PACKAGE', url: 'https://example.com/package' },
    { type: 'FIX', url: 'https://example.com/fix' },
    { type: 'ADVISORY', url: `https://example.com/${id}` },
    { type: 'WEB', url: 'javascript:alert(1)' },
  ];
  const text = { summary: 'Short', details: 'What it is, at length.', references };
  const record = { id, ...text, modified: '2026-01-01T00:00:00Z', affected, database_specific: { severity: 'HIGH' } };
  const sent = await scanner.call(
    `/api/v1/feeds/osv/import?name=osv-${id}.jsonl.gz`,
    { role: 'admin', platformAdmin: true },
    { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: gzipSync(JSON.stringify(record)) },
  );
  expect(sent.status).toBe(200);
}

async function openOn(branch: string): Promise<{ vulnerabilityId: string; target: string; firstSeenAt: string }[]> {
  const response = await scanner.call('/api/v1/findings?repo=acme/again&limit=500');
  const { items } = (await response.json()) as {
    items: { vulnerabilityId: string; target: string; firstSeenAt: string; subject: { branch: string } }[];
  };
  return items.filter(({ subject }) => subject.branch === branch);
}

describe('a document that is sent again', () => {
  it('has the same findings document, whoever sends it and under whatever name', async () => {
    const bytes = aReport('shop', '2026-01-01', 'CVE-2026-2001');
    const first = await scanOf(bytes, onBranch('one', '1', trivy));
    const second = await scanOf(bytes, onBranch('two', '2', trivy));
    expect(second.findings).toEqual(first.findings);
    expect(second.scanId).not.toBe(first.scanId);
    const rerun = await scanOf(aReport('shop', '2026-01-02', 'CVE-2026-2001'), onBranch('one', '3', trivy));
    expect([rerun.findings, rerun.findingsContent]).toEqual([first.findings, first.findingsContent]);
    expect(rerun.document.digest).not.toBe(first.document.digest);
    expect(await openOn('two')).toEqual([expect.objectContaining({ vulnerabilityId: 'CVE-2026-2001' })]);
  });

  it('twice in one batch is two scans', async () => {
    const bytes = anSbom('batch', 'pkg:npm/batch@1.0.0');
    const ids = await Promise.all(['b1', 'b2', 'b3'].map((branch) => scanner.send(bytes, onBranch(branch, '1'))));
    const scans = await Promise.all(ids.map((id) => scanner.answerTo(id)));
    expect(new Set(scans.map(({ completed }) => (completed!.data as { scanId: string }).scanId)).size).toBe(3);
  });

  it('after an import is matched with what is known now', async () => {
    const bytes = anSbom('moves', 'pkg:npm/moves@1.0.0');
    const before = await scanOf(bytes, onBranch('moves', '1'));
    await importAdvisory('CVE-2026-2100', 'moves');
    const after = await scanOf(bytes, onBranch('moves', '2'));
    expect((await scanner.findingsAt(before.findings)).findings).toEqual([]);
    expect((await scanner.findingsAt(after.findings)).findings).toEqual([
      expect.objectContaining({ vulnerabilityId: 'CVE-2026-2100' }),
    ]);
    const again = await scanOf(bytes, onBranch('moves', '3'));
    expect(again.findings).toEqual(after.findings);
  });
});

describe('reports of one tool on several targets', () => {
  it('stand beside each other within a run, and are over with the next one', async () => {
    const [web, worker] = [aReport('web:1', 'x', 'CVE-2026-3001'), aReport('worker:1', 'x', 'CVE-2026-3002')];
    await scanOf(web, onBranch('targets', '10', trivy));
    const second = await scanOf(worker, onBranch('targets', '10', trivy));
    expect(second.target).not.toBe('');
    const ids = async () => (await openOn('targets')).map(({ vulnerabilityId }) => vulnerabilityId).toSorted();
    expect(await ids()).toEqual(['CVE-2026-3001', 'CVE-2026-3002']);
    await scanOf(web, onBranch('targets', '11', trivy));
    expect(await ids()).toEqual(['CVE-2026-3001']);
    await scanOf(worker, onBranch('targets', '9', trivy));
    expect(await ids()).toEqual(['CVE-2026-3001']);
  });

  it('replace each other where nobody named a run', async () => {
    await scanOf(aReport('web', 'y', 'CVE-2026-3003'), onBranch('unnamed', null, trivy));
    await scanOf(aReport('worker', 'y', 'CVE-2026-3004'), onBranch('unnamed', null, trivy));
    expect((await openOn('unnamed')).map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-2026-3004']);
  });
});

interface Rematched {
  readonly scanId: string;
  readonly problem?: string;
  readonly changed?: boolean;
  readonly findings?: ArtifactRef;
}

async function rematch(ids: readonly string[], tenant = 'acme'): Promise<Rematched[]> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const body = JSON.stringify({ scans: ids.map((scanId) => ({ scanId })) });
  const caller = servicePrincipal('case-engine', tenant);
  const response = await scanner.call('/api/v1/scans/rematch', caller, { ...init, body });
  expect(response.status).toBe(200);
  return ((await response.json()) as { scans: Rematched[] }).scans;
}

describe('scans of before, matched anew', () => {
  it('find what is known now, also those that are not the newest', async () => {
    const old = await scanOf(anSbom('old', 'pkg:npm/old@1.0.0'), onBranch('rematch', '1'));
    const report = await scanOf(aReport('old', 'z', 'CVE-2026-4001'), onBranch('rematch', '1', trivy));
    await scanOf(anSbom('new', 'pkg:npm/new@1.0.0'), onBranch('rematch', '2'));
    await importAdvisory('CVE-2026-4100', 'old');
    const [first, second] = await rematch([old.scanId, report.scanId]);
    expect([first?.scanId, first?.changed, second?.changed]).toEqual([old.scanId, true, false]);
    const { findings, tool } = await scanner.findingsAt(first!.findings!);
    expect([tool, findings.map(({ vulnerabilityId }) => vulnerabilityId)]).toEqual(['sbom', ['CVE-2026-4100']]);
  });

  it('whose documents are damaged or missing are told one by one', async () => {
    const scans = [];
    for (const name of ['fine', 'damaged', 'missing']) {
      scans.push(await scanOf(anSbom(`rematch ${name}`, 'pkg:npm/x@1.0.0'), onBranch(name, '1')));
    }
    const [, damaged, missing] = scans;
    await scanner.artifacts.remove('acme', missing!.document.digest);
    writeFileSync(scanner.pathOf('acme', damaged!.document.digest), 'something else');
    const stranger = newId();
    const answers = await rematch([...scans.map(({ scanId }) => scanId), stranger]);
    expect(answers.map(({ problem }) => problem)).toEqual([undefined, 'damaged', 'missing', 'missing']);
    expect((await rematch([scans[0]!.scanId], 'other')).map(({ problem }) => problem)).toEqual(['missing']);
  });

  it('are for services alone', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"scans":[]}' };
    expect((await scanner.call('/api/v1/scans/rematch', { role: 'admin' }, init)).status).toBe(403);
  });
});

it('findings of our own say what the advisory says, and where to read on', async () => {
  await importAdvisory('CVE-2026-6001', 'described');
  const sbom = anSbom('described', 'pkg:npm/described@1.0.0');
  const { findings } = await scanner.findingsOf(sbom, onBranch('described', '1'));
  expect(findings).toEqual([
    expect.objectContaining({
      title: 'Short',
      description: 'What it is, at length.',
      references: ['https://example.com/CVE-2026-6001', 'https://example.com/fix'],
    }),
  ]);
});

/** Sends EPSS scores and gives what the import did. */
async function importScores(date: string, ...rows: string[]): Promise<object> {
  const body = gzipSync([`#model_version:v1,score_date:${date}T00:00:00Z`, 'cve,epss,percentile', ...rows].join('\n'));
  const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body };
  const caller = { role: 'admin', platformAdmin: true } as const;
  return (await scanner.call('/api/v1/feeds/epss/import?name=scores.csv.gz', caller, init)).json() as Promise<object>;
}

describe('EPSS scores', () => {
  it('are on findings from SBOMs and reports, also of flaws that no advisory knows', async () => {
    expect(await importScores('2026-06-21', 'CVE-2026-5001,0.91,0.99', 'CVE-2026-5002,0.01,0.2')).toMatchObject({
      added: 2,
    });
    await importAdvisory('CVE-2026-5001', 'scored');
    const ours = await scanner.findingsOf(anSbom('scored', 'pkg:npm/scored@1.0.0'), onBranch('scored', '1'));
    const epss = { score: 0.91, percentile: 0.99, date: '2026-06-21' };
    expect(ours.findings.map((finding) => finding.epss)).toEqual([epss]);
    expect(ours.engines[0]?.data).toMatchObject({ epss: expect.stringMatching(/^sha256:/), epssDate: '2026-06-21' });
    const sent = onBranch('scored', '1', trivy);
    const theirs = await scanner.findingsOf(aReport('scored', 'e', 'CVE-2026-5002', 'CVE-2026-5003'), sent);
    expect(theirs.findings.map((finding) => finding.epss?.score ?? null)).toEqual([0.01, null]);
  });

  it('that change rewrite no finding, and lists show and filter by those of now', async () => {
    const changes = scanner.bus.ofType('scanning.findings.changed.v1').length;
    const imported = await importScores('2026-06-22', 'CVE-2026-5001,0.95,0.99', 'CVE-2026-5002,0.01,0.2');
    expect(imported).toMatchObject({ added: 0, changed: 1, removed: 0 });
    const path = '/api/v1/findings?repo=acme/again&epssMin=0.94';
    const { items } = (await (await scanner.call(path)).json()) as { items: object[] };
    expect(items).toEqual([
      expect.objectContaining({
        vulnerabilityId: 'CVE-2026-5001',
        epss: { score: 0.95, percentile: 0.99, date: '2026-06-22' },
      }),
    ]);
    const again = await scanner.findingsOf(anSbom('scored', 'pkg:npm/scored@1.0.0'), onBranch('scored', '2'));
    expect(again.findings[0]?.epss).toEqual({ score: 0.95, percentile: 0.99, date: '2026-06-22' });
    const [row] = await scanner.transactions.runAcrossTenants((tx) =>
      tx.query<{ intervals: number }>(
        `select count(*)::integer as intervals from findings where vulnerability_id = 'CVE-2026-5001'`,
      ),
    );
    expect(row?.intervals).toBe(1);
    expect(scanner.bus.ofType('scanning.findings.changed.v1')).toHaveLength(changes);
    const vulnerability = await (await scanner.call('/api/v1/vulnerabilities/CVE-2026-5001')).json();
    expect(vulnerability).toMatchObject({ epss: { score: 0.95 } });
  });

  it('imported twice change nothing, and one import is one event with its delta', async () => {
    const told = () => scanner.bus.ofType('scanning.advisories.changed.v1').filter(({ subject }) => subject === 'epss');
    const before = told();
    expect(before).toHaveLength(2);
    const { delta } = before.at(-1)!.data as { delta: ArtifactRef };
    expect((await scanner.artifacts.read('platform', delta.digest, delta.size)).toString()).toBe(
      'cve,epss,percentile\nCVE-2026-5001,0.95,0.99\n',
    );
    const same = await importScores('2026-06-22', 'CVE-2026-5001,0.95,0.99', 'CVE-2026-5002,0.01,0.2');
    expect(same).toMatchObject({ added: 0, changed: 0, removed: 0 });
    expect(told()).toHaveLength(2);
    expect(await importScores('2026-06-23', 'CVE-2026-5001,0.95,0.99')).toMatchObject({ removed: 1 });
    const { items } = (await (await scanner.call('/api/v1/feeds')).json()) as { items: object[] };
    expect(items).toContainEqual(
      expect.objectContaining({ name: 'epss', version: '2026-06-23', records: 1, details: { model: 'v1' } }),
    );
  });
});
