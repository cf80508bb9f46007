import { attestationCreatedV1, type DataOf } from '@assay/contracts';
import { digestOf } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SignerInstallation } from './signer-installation.js';
import { noCosign, oneByteChanged, StockCosign } from './stock-cosign.js';

const accepted = { code: 0, said: expect.stringContaining('Verified OK') };

/** What PatchHound's command line sends in one request. */
const sbom = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }));
const trivy = Buffer.from(
  JSON.stringify({ SchemaVersion: 2, ArtifactName: 'shop-api', Results: [{ Target: 'größe' }] }),
);
const semgrep = Buffer.from(JSON.stringify({ results: [], errors: [] }));
const exclusions = Buffer.from(JSON.stringify({ exclusions: [] }));
const imageDigest = `registry.example/acme/shop-api@sha256:${'ab'.repeat(32)}`;

describe('stock cosign, offline, verifies every file that the service hands out over HTTP', () => {
  let installation: SignerInstallation;
  let auditor: StockCosign;

  beforeAll(async () => {
    installation = await SignerInstallation.start();
    auditor = await StockCosign.open();
    const receiptId = await installation.receive('acme', [
      { bytes: sbom, kind: 'bundle', role: 'sbom', reader: 'sbom' },
      { bytes: trivy, role: 'trivy_report', reader: 'trivy' },
      { bytes: semgrep, role: 'sast_report', reader: 'semgrep' },
      { bytes: exclusions, role: 'exclusions', reader: null },
    ]);
    const created = await eventually('the attestations', () => {
      const all = installation.bus.ofType(attestationCreatedV1.type).map(({ data }) => data);
      return (all as DataOf<typeof attestationCreatedV1>[]).find((each) => each.receiptId === receiptId);
    });
    await auditor.put({ sbom, trivy_report: trivy, sast_report: semgrep, exclusions });
    await auditor.put({ 'R.pub': await bytesOf(`keys/${created.keyId}/pem`) });
    for (const { attestationId, role } of [created, ...created.alongside!]) {
      await auditor.put({
        [`${role}.att`]: await bytesOf(`attestations/${attestationId}/envelope`),
        [`${role}_att.sig`]: await bytesOf(`attestations/${attestationId}/signature`),
        [`${role}.bundle`]: await bytesOf(`attestations/${attestationId}?format=bundle`),
      });
    }
  });
  afterAll(async () => {
    await auditor[Symbol.asyncDispose]();
    await installation?.stop();
  });
  beforeEach((context) => {
    if (!StockCosign.isThere) context.skip(noCosign);
  });

  async function bytesOf(path: string, init?: RequestInit): Promise<Buffer> {
    const response = await installation.ask('acme', 'ci', `/api/v1/${path}`, init);
    expect([path, response.ok]).toEqual([path, true]);
    return Buffer.from(await response.arrayBuffer());
  }

  async function signatureOf(path: string, body: object): Promise<string> {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (JSON.parse((await bytesOf(path, init)).toString()) as { signature: string }).signature;
  }

  it.each([
    ['sbom', 'cyclonedx'],
    ['trivy_report', 'cyclonedx'],
    ['sast_report', 'https://assay.dev/attestation/scan-report/v1'],
    ['exclusions', 'https://assay.dev/attestation/document/v1'],
  ])('the attestation of the %s, as --type %s', async (role, type) => {
    expect(await auditor.verifyAttestation('R.pub', `${role}.att`, role, type)).toEqual(accepted);
    expect(await auditor.verifyAttestation('R.pub', `${role}.bundle`, role, type, 'bundle')).toEqual(accepted);
  });

  it.each(['sbom', 'trivy_report'])('a changed byte of the %s is refused', async (role) => {
    await auditor.put({ changed: oneByteChanged({ sbom, trivy_report: trivy }[role]!) });
    for (const [file, form] of [
      [`${role}.att`, 'signature'],
      [`${role}.bundle`, 'bundle'],
    ] as const) {
      const { code, said } = await auditor.verifyAttestation('R.pub', file, 'changed', 'cyclonedx', form);
      expect(code).toBeGreaterThan(0);
      expect(said).toMatch(/digest/i);
    }
  });

  it.each(['sbom', 'trivy_report'])('the signature over the attestation file of the %s', async (role) => {
    expect(await auditor.verifyBlob('R.pub', `${role}_att.sig`, `${role}.att`)).toEqual(accepted);
    const { attestationId } = await ofRole(role);
    await auditor.put({ 'changed.att': oneByteChanged(await bytesOf(`attestations/${attestationId}/envelope`)) });
    expect((await auditor.verifyBlob('R.pub', `${role}_att.sig`, 'changed.att')).code).toBeGreaterThan(0);
  });

  async function ofRole(role: string): Promise<{ attestationId: string }> {
    const digest = digestOf({ sbom, trivy_report: trivy }[role]!);
    const { items } = JSON.parse((await bytesOf(`attestations?digest=${digest}`)).toString()) as {
      items: { id: string }[];
    };
    return { attestationId: items[0]!.id };
  }

  it.each([
    ['an image', 'sign/image', { digest: imageDigest }],
    ['a base image of the vault', 'vault/images', { name: 'registry.example/acme/base/node:24', digest: imageDigest }],
  ])('the signature of %s, over a file that holds nothing but the digest', async (_, path, body) => {
    await auditor.put({ 'R_image_digest.txt': imageDigest, 'R_image.sig': await signatureOf(path, body) });
    expect(await auditor.verifyBlob('R.pub', 'R_image.sig', 'R_image_digest.txt')).toEqual(accepted);
    await auditor.put({ 'R_image_digest.txt': oneByteChanged(Buffer.from(imageDigest)) });
    expect((await auditor.verifyBlob('R.pub', 'R_image.sig', 'R_image_digest.txt')).code).toBeGreaterThan(0);
  });

  it('the signature of a PDF, or of any other file', async () => {
    const pdf = Buffer.concat([
      Buffer.from('%PDF-1.7\n%'),
      Buffer.from([0xe2, 0xe3, 0xcf, 0xd3, 0, 10, 13]),
      Buffer.alloc(200_000, 7),
    ]);
    const signed = await bytesOf('sign/blob', { method: 'POST', body: Uint8Array.from(pdf) });
    await auditor.put({
      'report.pdf': pdf,
      'report.pdf.sig': (JSON.parse(signed.toString()) as { signature: string }).signature,
    });
    expect(await auditor.verifyBlob('R.pub', 'report.pdf.sig', 'report.pdf')).toEqual(accepted);
    await auditor.put({ 'report.pdf': oneByteChanged(pdf, 100_000) });
    expect((await auditor.verifyBlob('R.pub', 'report.pdf.sig', 'report.pdf')).code).toBeGreaterThan(0);
  });

  it('and refuses all of it under another tenant’s key', async () => {
    await installation.ask('globex', 'admin', '/api/v1/keys/rotate', { method: 'POST' });
    const { items } = (await (await installation.ask('globex', 'viewer', '/api/v1/keys')).json()) as {
      items: { publicKeyPem: string }[];
    };
    await auditor.put({ 'other.pub': items[0]!.publicKeyPem });
    expect((await auditor.verifyAttestation('other.pub', 'sbom.att', 'sbom', 'cyclonedx')).code).toBeGreaterThan(0);
    expect((await auditor.verifyBlob('other.pub', 'sbom_att.sig', 'sbom.att')).code).toBeGreaterThan(0);
  });
});

it('signing tells no public log: nothing of cosign or of a log is in the service', async () => {
  const { readdir, readFile } = await import('node:fs/promises');
  const sources = new URL('../src/', import.meta.url);
  const files = (await readdir(sources, { recursive: true })).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(40);
  for (const file of files) {
    const text = await readFile(new URL(file, sources), 'utf8');
    expect([file, /rekor|fulcio|from 'undici'|\bfetch\(/i.test(text)]).toEqual([file, false]);
  }
});
