import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '@assay/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKeyIn, signatureIn, verifyAttestation, verifyDetached } from './offline-verification.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const written = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const keyFile = written('R.pub', publicKey.export({ type: 'spki', format: 'pem' }));

describe('without a network', () => {
  const bytes = Buffer.from('what was signed');
  const signature = sign('sha256', bytes, privateKey);

  it('a detached signature is verified, in pieces too, and a changed byte is named', async () => {
    const key = await publicKeyIn(keyFile);
    const given = await signatureIn(written('F.sig', `${signature.toString('base64')}\n`));
    const pieces = [bytes.subarray(0, 4), bytes.subarray(4)];
    expect(await verifyDetached(pieces, given, key)).toMatchObject({ verified: true, digest: digestOf(bytes) });
    expect(await verifyDetached([Buffer.from('what was Signed')], given, key)).toMatchObject({ verified: false });
    expect(await verifyDetached([bytes], Buffer.from('no signature'), key)).toMatchObject({ verified: false });
  });

  it('an attestation is verified against its file, and a changed byte is named', async () => {
    const document = Buffer.from('{"bomFormat":"CycloneDX"}');
    const statement = JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'sbom', digest: { sha256: digestOf(document).slice(7) } }],
      predicateType: 'https://cyclonedx.org/bom',
      predicate: {},
    });
    const type = 'application/vnd.in-toto+json';
    const sig = sign(
      'sha256',
      Buffer.from(`DSSEv1 ${type.length} ${type} ${statement.length} ${statement}`),
      privateKey,
    );
    const envelope = { payloadType: type, payload: Buffer.from(statement).toString('base64') };
    const attestation = written(
      'F.att',
      JSON.stringify({ ...envelope, signatures: [{ keyid: '', sig: sig.toString('base64') }] }),
    );
    expect(await verifyAttestation(written('F', document), attestation, keyFile)).toMatchObject({
      verified: true,
      digest: digestOf(document),
      message: expect.stringContaining('https://cyclonedx.org/bom'),
    });
    const changed = written('G', '{"bomFormat":"CycloneDx"}');
    expect(await verifyAttestation(changed, attestation, keyFile)).toMatchObject({ verified: false });
  });

  it('a key that is none and a signature that is none are said to be that', async () => {
    await expect(publicKeyIn(written('none', 'no key'))).rejects.toThrow(/no public key/);
    await expect(signatureIn(written('none', 'no signature!'))).rejects.toThrow(/no signature/);
  });
});
