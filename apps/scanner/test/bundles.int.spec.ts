import type { DataOf, RunContext, scanCompletedV1 } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningScanner, type Sent, type SentPart } from './support/running-scanner.js';

let scanner: RunningScanner;
beforeAll(async () => {
  scanner = await RunningScanner.start({ FEEDS_SEED: 'false' });
});
afterAll(() => scanner.stop());

const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

const anSbom = (name: string): SentPart => ({
  role: 'sbom',
  reader: 'sbom',
  bytes: json({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', name } },
    components: [{ type: 'library', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
  }),
});
const vulnerability = (id: string): object => ({
  VulnerabilityID: id,
  PkgName: 'left',
  InstalledVersion: '1.0.0',
  Severity: 'HIGH',
});
const aReport = (name: string, ...ids: string[]): SentPart => ({
  role: 'trivy_report',
  reader: 'trivy',
  bytes: json({
    SchemaVersion: 2,
    ArtifactName: name,
    Results: [{ Target: 'lock', Class: 'lang-pkgs', Vulnerabilities: ids.map(vulnerability) }],
  }),
});
const exclusions: SentPart = { role: 'exclusions', reader: null, bytes: json({ exclusions: [] }) };
const bundle = (branch: string, more: Partial<Sent> = {}): Sent => ({
  kind: 'bundle',
  dialect: 'patchhound',
  origin: { org: 'acme', repo: 'bundled', branch, runId: '20261122_053000' },
  ...more,
});

async function completedOf(parts: readonly SentPart[], sent: Sent): Promise<DataOf<typeof scanCompletedV1>> {
  const { completed, failed } = await scanner.answerTo(await scanner.sendAll(parts, sent));
  if (completed === undefined) throw new Error(`it failed: ${failed?.code} ${failed?.message}`);
  return completed.data as DataOf<typeof scanCompletedV1>;
}

describe('a bundle', () => {
  it('is one result: its first document at the top, the others alongside, exclusions and context handed on', async () => {
    const context: RunContext = {
      name: '20261122_053000',
      toolVersions: { trivy: '0.60.0' },
      scanRoot: '/src',
      rulesets: {},
      skipped: ['semgrep'],
      failOn: 'HIGH',
      notify: null,
    };
    const parts = [anSbom('one'), aReport('one', 'CVE-2026-1001', 'CVE-2026-1002'), exclusions];
    const said = await completedOf(parts, bundle('one', { context }));
    expect(said).toMatchObject({ kind: 'bundle', dialect: 'patchhound', tool: 'sbom', components: 1, context });
    expect(said.alongside).toEqual([
      expect.objectContaining({ tool: 'trivy', entries: expect.objectContaining({ high: 2 }) }),
    ]);
    expect(said.exclusions).toMatchObject({ mediaType: 'application/json' });
    const { findings } = await scanner.findingsAt(said.alongside![0]!.findings);
    expect(findings.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-2026-1001', 'CVE-2026-1002']);
    expect(scanner.bus.ofType('scanning.scan.completed.v1')).toHaveLength(1);
  });

  it('takes a report of a tool that was not run for an empty one', async () => {
    const skipped: SentPart = {
      role: 'trivy_report',
      reader: 'trivy',
      bytes: json({ TRIVY_SCAN: false, Results: [] }),
    };
    const said = await completedOf([anSbom('skipped'), skipped], bundle('skipped'));
    expect(said.alongside).toEqual([expect.objectContaining({ tool: 'trivy', components: 0 })]);
  });

  it('one of whose documents is bad fails as a whole, and nothing of it is stored', async () => {
    const bad: SentPart = { role: 'trivy_report', reader: 'trivy', bytes: json({ SchemaVersion: 2, Results: 7 }) };
    const { completed, failed } = await scanner.answerTo(
      await scanner.sendAll([anSbom('never seen'), bad], bundle('bad')),
    );
    expect([completed, failed?.code]).toEqual([undefined, 'scanner.wrong-type']);
    const { items } = (await (await scanner.call('/api/v1/sboms?limit=500')).json()) as { items: object[] };
    expect(JSON.stringify(items)).not.toContain('never seen');
  });

  it('without anything to read is refused', async () => {
    const { failed } = await scanner.answerTo(await scanner.sendAll([exclusions], bundle('nothing')));
    expect(failed?.code).toBe('scanner.nothing-to-scan');
  });
});

it('statements on vulnerabilities are none of the scanner’s business', async () => {
  const before = scanner.bus.ofType('scanning.scan.completed.v1').length;
  const vex = await scanner.sendAll([{ role: 'document', bytes: json({ '@context': 'openvex' }) }], { kind: 'vex' });
  await completedOf([anSbom('after vex')], bundle('after-vex'));
  await eventually('the next one is read', () => scanner.bus.ofType('scanning.scan.completed.v1').length > before);
  const about = scanner.bus.events.filter(
    ({ correlationid, source }) => correlationid === vex && /scanner/.test(source),
  );
  expect(about).toEqual([]);
});
