import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOf } from '@assay/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IN_TOTO_PAYLOAD_TYPE, signEnvelope, type Envelope } from '../src/attestations/dsse.js';
import { encodeBundle, encodeEnvelope } from '../src/attestations/envelope-encoding.js';
import { REFERENCE_TYPE, statementOf, type DocumentKind } from '../src/attestations/statement.js';
import { generateSigningKey, publicKeyPem, type SigningKey } from '../src/keys/signing-key.js';
import { PREDICATE_MAX_BYTES } from '../src/limits.js';
import { findCosign } from './cosign.env.js';

const cosign = findCosign();
const reason = 'no cosign in COSIGN_BIN, on PATH or in .cache/bin (tools/setup/obtain-cosign.sh builds it)';

/** A proxy that nobody listens on: what reaches for the network fails, and so proves that nothing has to. */
const offline = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };

const sbom = Buffer.from(
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: Array.from({ length: 200 }, (_, i) => ({ type: 'library', name: `größe-${i}`, version: `1.0.${i}` })),
  }),
);

describe('stock cosign, offline', () => {
  let folder: string;
  let key: SigningKey;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-cosign-'));
    key = await generateSigningKey();
    await writeFile(join(folder, 'key.pub'), publicKeyPem(key.publicKey));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach((context) => {
    if (cosign === null) context.skip(reason);
  });

  function attested(bytes: Buffer, kind: DocumentKind = 'cyclonedx'): Envelope {
    const location = 'https://assay.example/api/v1/sboms/1/document';
    const document = {
      kind,
      name: 'document',
      digest: digestOf(bytes),
      mediaType: 'application/json',
      location,
      bytes,
    };
    return signEnvelope(IN_TOTO_PAYLOAD_TYPE, statementOf(document).pieces, key);
  }

  /** Runs `cosign verify-blob-attestation`; gives its exit code and what it said. */
  async function verify(form: 'signature' | 'bundle', attestation: Buffer, blob: Buffer, type = 'cyclonedx') {
    await Promise.all([writeFile(join(folder, 'attestation'), attestation), writeFile(join(folder, 'blob'), blob)]);
    const options = ['--key', 'key.pub', '--insecure-ignore-tlog', '--type', type, `--${form}`, 'attestation', 'blob'];
    const run = promisify(execFile)(cosign ?? '', ['verify-blob-attestation', ...options], {
      cwd: folder,
      env: { HOME: folder, ...offline },
    });
    return run.then(
      ({ stderr }) => ({ code: 0, said: stderr }),
      (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
    );
  }

  const forms = [
    { form: 'signature', encode: encodeEnvelope },
    { form: 'bundle', encode: encodeBundle },
  ] as const;

  it.each(forms)('accepts an attested SBOM by --$form', async ({ form, encode }) => {
    const outcome = await verify(form, Buffer.concat([...encode(attested(sbom))]), sbom);
    expect(outcome).toEqual({ code: 0, said: expect.stringContaining('Verified OK') });
  });

  it.each(forms)('refuses a changed byte in the SBOM by --$form', async ({ form, encode }) => {
    const changed = Buffer.from(sbom.map((byte, at) => (at === 500 ? byte ^ 1 : byte)));
    const { code, said } = await verify(form, Buffer.concat([...encode(attested(sbom))]), changed);
    expect(code).toBeGreaterThan(0);
    expect(said).toMatch(/digest/i);
  });

  it.each(forms)('refuses a changed byte in what was signed, by --$form', async ({ form, encode }) => {
    const envelope = attested(sbom);
    const payload = Buffer.concat(envelope.payload);
    const at = payload.indexOf('1.0.199') + 6;
    payload[at]! ^= 1;
    const { code, said } = await verify(form, Buffer.concat([...encode({ ...envelope, payload: [payload] })]), sbom);
    expect(code).toBeGreaterThan(0);
    expect(said).toMatch(/signature/i);
  });

  it.each(forms)('refuses the signature of another key, by --$form', async ({ form, encode }) => {
    const { payload } = attested(sbom);
    const foreign = signEnvelope(IN_TOTO_PAYLOAD_TYPE, payload, await generateSigningKey());
    const { code, said } = await verify(form, Buffer.concat([...encode(foreign)]), sbom);
    expect(code).toBeGreaterThan(0);
    expect(said).toMatch(/signature/i);
  });

  it('refuses a predicate that is not of the type asked for', async () => {
    const { code, said } = await verify('signature', Buffer.concat([...encodeEnvelope(attested(sbom))]), sbom, 'vuln');
    expect(code).toBeGreaterThan(0);
    expect(said).toContain('predicate type');
  });

  it.each([
    { kind: 'spdx', type: 'spdxjson', content: '{"spdxVersion":"SPDX-2.3"}' },
    { kind: 'openvex', type: 'openvex', content: '{"@context":"https://openvex.dev/ns/v0.2.0"}' },
    { kind: 'scan-report', type: 'https://assay.dev/attestation/scan-report/v1', content: '{"Results":[]}' },
    { kind: 'cyclonedx', type: REFERENCE_TYPE, content: '<bom/>' },
  ] as const)('accepts $kind as --type $type', async ({ kind, type, content }) => {
    const document = Buffer.from(content);
    const outcome = await verify('bundle', Buffer.concat([...encodeBundle(attested(document, kind))]), document, type);
    expect(outcome).toEqual({ code: 0, said: expect.stringContaining('Verified OK') });
  });

  it('accepts the largest document that is carried', async () => {
    const full = Buffer.from(`{"a":"${'x'.repeat(PREDICATE_MAX_BYTES - 8)}"}`);
    const outcome = await verify('signature', Buffer.concat([...encodeEnvelope(attested(full))]), full);
    expect(outcome).toEqual({ code: 0, said: expect.stringContaining('Verified OK') });
  });
});
