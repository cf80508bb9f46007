import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attestationCreatedV1, type DataOf } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findCosign } from './cosign.env.js';
import { SignerInstallation } from './signer-installation.js';

const cosign = findCosign();
const reason = 'no cosign in COSIGN_BIN, on PATH or in .cache/bin (tools/setup/obtain-cosign.sh builds it)';

/** A proxy that nobody listens on: what reaches for the network fails, and so proves that nothing has to. */
const offline = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };

describe('stock cosign, offline, with what the service hands out over HTTP', () => {
  const sbom = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] }));
  let installation: SignerInstallation;
  let folder: string;

  beforeAll(async () => {
    installation = await SignerInstallation.start();
    folder = await mkdtemp(join(tmpdir(), 'assay-cosign-'));
    await installation.receive('acme', [{ bytes: sbom }]);
    const { attestationId } = await eventually('the attestation', () => {
      const [created] = installation.bus.ofType(attestationCreatedV1.type);
      return created?.data as DataOf<typeof attestationCreatedV1> | undefined;
    });
    const { items } = (await (await installation.ask('acme', 'viewer', '/api/v1/keys')).json()) as {
      items: { publicKeyPem: string }[];
    };
    await writeFile(join(folder, 'key.pub'), items[0]!.publicKeyPem);
    await writeFile(join(folder, 'signature'), await bytesOf(`/api/v1/attestations/${attestationId}`));
    await writeFile(join(folder, 'bundle'), await bytesOf(`/api/v1/attestations/${attestationId}?format=bundle`));
    await writeFile(join(folder, 'sbom'), sbom);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await installation?.stop();
  });
  beforeEach((context) => {
    if (cosign === null) context.skip(reason);
  });

  async function bytesOf(path: string, init?: RequestInit): Promise<Buffer> {
    return Buffer.from(await (await installation.ask('acme', 'ci', path, init)).arrayBuffer());
  }

  async function run(...options: string[]): Promise<{ code: number; said: string }> {
    return promisify(execFile)(cosign ?? '', options, { cwd: folder, env: { HOME: folder, ...offline } }).then(
      ({ stderr }) => ({ code: 0, said: stderr }),
      (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
    );
  }

  const options = ['--key', 'key.pub', '--insecure-ignore-tlog'];
  const verifies = (form: string, blob: string) =>
    run('verify-blob-attestation', ...options, '--type', 'cyclonedx', `--${form}`, form, blob);

  it.each(['signature', 'bundle'])('an attested SBOM is accepted by --%s', async (form) => {
    expect(await verifies(form, 'sbom')).toEqual({ code: 0, said: expect.stringContaining('Verified OK') });
  });

  it.each(['signature', 'bundle'])('a changed byte is refused by --%s', async (form) => {
    await writeFile(join(folder, 'changed'), Buffer.from(sbom.map((byte, at) => (at === 9 ? byte ^ 1 : byte))));
    const { code, said } = await verifies(form, 'changed');
    expect(code).toBeGreaterThan(0);
    expect(said).toMatch(/digest/i);
  });

  it('a signed blob is accepted', async () => {
    const signed = await bytesOf('/api/v1/sign/blob', { method: 'POST', body: sbom });
    await writeFile(join(folder, 'detached'), (JSON.parse(signed.toString()) as { signature: string }).signature);
    expect(await run('verify-blob', ...options, '--signature', 'detached', 'sbom')).toEqual({
      code: 0,
      said: expect.stringContaining('Verified OK'),
    });
  });
});
