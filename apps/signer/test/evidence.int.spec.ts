import { globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attestationCreatedV1, type DataOf, keyCreatedV1, verificationFailedV1 } from '@assay/contracts';
import { digestOf, hexOf, newId, type Digest } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signBytes } from '../src/keys/detached-signature.js';
import { IN_TOTO_PAYLOAD_TYPE, signEnvelope } from '../src/attestations/dsse.js';
import { encodeEnvelope } from '../src/attestations/envelope-encoding.js';
import { statementOf } from '../src/attestations/statement.js';
import { generateSigningKey, publicKeyPem, type SigningKey } from '../src/keys/signing-key.js';
import { SignerInstallation } from './signer-installation.js';

type Created = DataOf<typeof attestationCreatedV1>;

let installation: SignerInstallation;
beforeAll(async () => {
  installation = await SignerInstallation.start();
});
afterAll(() => installation?.stop());

const anSbom = (name: string): Buffer => Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', name }));

async function attested(bytes: Buffer, tenant = 'acme'): Promise<Created> {
  const receiptId = await installation.receive(tenant, [{ bytes }]);
  return eventually('the attestation', () => {
    const created = installation.bus.ofType(attestationCreatedV1.type).map(({ data }) => data as Created);
    return created.find((each) => each.receiptId === receiptId);
  });
}

async function verify(documents: { digest: string; receiptId?: string | null; role?: string }[], tenant = 'acme') {
  const response = await installation.ask(tenant, 'service', '/api/v1/attestations/verify', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documents }),
  });
  return (await response.json()) as { documents: { digest: string; status: string; message: string }[]; code?: string };
}

const statusOf = async (digest: string, tenant?: string) => (await verify([{ digest }], tenant)).documents[0]!.status;

function fileOf(digest: Digest): string {
  return globSync(join(installation.environment['ASSAY_DATA_DIR']!, 'artifacts', '**', hexOf(digest)))[0]!;
}

/** What whoever owns the disk can do. */
async function overwrite(digest: Digest, bytes: Buffer | string): Promise<void> {
  const file = fileOf(digest);
  await rm(file);
  await writeFile(file, bytes);
}

/** An envelope about a document as this key would sign it. */
function forged(bytes: Buffer, key: SigningKey): Buffer {
  const document = { kind: 'cyclonedx', name: 'sbom', digest: digestOf(bytes), mediaType: 'application/json' } as const;
  const { pieces } = statementOf({ ...document, location: 'ni:///', bytes });
  return Buffer.concat([...encodeEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, pieces, key))]);
}

describe('stored documents', () => {
  it('are verified as they lie, many at once and in the order asked for', async () => {
    const created = await Promise.all(['one', 'two', 'three'].map((name) => attested(anSbom(name))));
    const documents = created.map(({ document, receiptId }) => ({ digest: document.digest, receiptId, role: 'sbom' }));
    const answer = await verify([...documents, documents[0]!]);
    expect(answer.documents.map(({ status }) => status)).toEqual(Array(4).fill('verified'));
    expect(answer.documents.map(({ digest }) => digest)).toEqual(
      [...documents, documents[0]!].map(({ digest }) => digest),
    );
    expect(installation.bus.ofType(verificationFailedV1.type)).toHaveLength(0);
  });

  it('above what an attestation carries are verified too', async () => {
    const huge = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', notes: 'x'.repeat(17 << 20) }));
    expect(await statusOf((await attested(huge)).document.digest)).toBe('verified');
  });

  it('are told apart by what is wrong with them, each failure as an event that names run and role', async () => {
    const [whole, gone, damaged, noEnvelope, damagedEnvelope] = await Promise.all(
      ['whole', 'gone', 'damaged', 'no envelope', 'damaged envelope'].map((name) => attested(anSbom(name))),
    );
    await rm(fileOf(gone!.document.digest));
    await overwrite(damaged!.document.digest, anSbom('Damaged'));
    await rm(fileOf(noEnvelope!.envelope.digest));
    await overwrite(damagedEnvelope!.envelope.digest, '{}');
    const never = await installation.artifacts.put('acme', anSbom('never attested'), 'application/json');
    const asked = [whole!, gone!, damaged!, noEnvelope!, damagedEnvelope!].map(({ document, receiptId }) => ({
      digest: document.digest,
      receiptId,
      role: 'sbom',
    }));
    const { documents } = await verify([...asked, { digest: never.digest }]);
    expect(documents.map(({ status }) => status)).toEqual([
      'verified',
      'missing-document',
      'damaged-document',
      'missing-attestation',
      'damaged-attestation',
      'missing-attestation',
    ]);
    const told = await eventually('the events', () => {
      const all = installation.bus.ofType(verificationFailedV1.type);
      return all.length === 5 && all;
    });
    expect(told[0]).toMatchObject({
      actor: 'service:case-engine',
      correlationid: gone!.receiptId,
      data: {
        digest: gone!.document.digest,
        receiptId: gone!.receiptId,
        role: 'sbom',
        check: 'document',
        missing: true,
        occasion: 'rescan',
      },
    });
    const checks = told.map(({ data }) => data as DataOf<typeof verificationFailedV1>);
    expect(checks.map(({ check, missing }) => [check, missing])).toEqual([
      ['document', true],
      ['document', false],
      ['attestation', true],
      ['attestation', false],
      ['attestation', true],
    ]);
  });

  it('say what is wrong with a question', async () => {
    expect(await verify([])).toMatchObject({ code: 'http.validation-failed' });
    expect(await verify([{ digest: 'md5:1' }])).toMatchObject({ code: 'http.validation-failed' });
    const many = Array.from({ length: 101 }, () => ({ digest: digestOf('') }));
    expect(await verify(many)).toMatchObject({ code: 'http.validation-failed' });
    const init = { method: 'POST', body: '{"documents":[]}', headers: { 'content-type': 'application/json' } };
    expect((await installation.ask('acme', 'viewer', '/api/v1/attestations/verify', init)).status).toBe(403);
  });

  it('of another tenant are not there', async () => {
    const { document } = await attested(anSbom('mine'));
    expect(await statusOf(document.digest, 'globex')).toBe('missing-document');
  });
});

describe('whoever can rewrite the folder cannot regenerate key, signatures and hashes together', () => {
  it('a document and its envelope made anew lie under digests that nothing names', async () => {
    const { document, envelope } = await attested(anSbom('rewritten'));
    const other = anSbom('what the attacker wants');
    const key = await generateSigningKey();
    await installation.artifacts.put('acme', other, 'application/json');
    await installation.artifacts.put('acme', forged(other, key), 'application/json');
    expect(await statusOf(document.digest)).toBe('verified');
    expect(await statusOf(digestOf(other))).toBe('missing-attestation');
    await overwrite(document.digest, other);
    await overwrite(envelope.digest, forged(other, key));
    expect(await statusOf(document.digest)).toBe('damaged-document');
  });

  it('not even with the database: the key of a forged signature is nobody’s', async () => {
    const bytes = anSbom('rewritten with its rows');
    const { attestationId, document } = await attested(bytes);
    const key = await generateSigningKey();
    const envelope = forged(bytes, key);
    const stored = await installation.artifacts.put('acme', envelope, 'application/json');
    await installation.sql('update attestations set envelope_digest = $1, envelope_signature = $2 where id = $3', [
      stored.digest,
      signBytes(envelope, key),
      attestationId,
    ]);
    expect(await statusOf(document.digest)).toBe('wrong-signature');
  });

  it('nor with a signature over the envelope, or a public key to hand out, of its own', async () => {
    const key = await generateSigningKey();
    const [one, two] = [await attested(anSbom('signed anew'), 'forged'), await attested(anSbom('untouched'), 'forged')];
    const envelope = await installation.artifacts.read('forged', one.envelope.digest, 1 << 20);
    await installation.sql('update attestations set envelope_signature = $1 where id = $2', [
      signBytes(envelope, key),
      one.attestationId,
    ]);
    expect(await statusOf(one.document.digest, 'forged')).toBe('wrong-signature');
    expect(await statusOf(two.document.digest, 'forged')).toBe('verified');
    await installation.sql('update signing_keys set public_key_pem = $1 where key_id = $2', [
      publicKeyPem(key.publicKey),
      two.keyId,
    ]);
    expect(await statusOf(two.document.digest, 'forged')).toBe('wrong-signature');
  });

  it('and who changes the public key that is handed out is found out by the next document', async () => {
    const { keyId } = await attested(anSbom('before'), 'changed');
    const stranger = publicKeyPem((await generateSigningKey()).publicKey);
    await installation.sql('update signing_keys set public_key_pem = $1 where key_id = $2', [stranger, keyId]);
    const bytes = anSbom('after');
    const created = await attested(bytes, 'changed');
    expect(created.verified).toBe(false);
    const told = await eventually('the event', () =>
      installation.bus.ofType(verificationFailedV1.type).find(({ subject }) => subject === digestOf(bytes)),
    );
    expect(told).toMatchObject({
      tenant: 'changed',
      correlationid: created.receiptId,
      data: { attestationId: created.attestationId, check: 'signature', occasion: 'attest', role: 'sbom' },
    });
    const { items } = (await (
      await installation.ask('changed', 'viewer', `/api/v1/attestations?digest=${digestOf(bytes)}`)
    ).json()) as { items: { verified: boolean }[] };
    expect(items).toMatchObject([{ verified: false }]);
  });
});

describe('keys', () => {
  it('are not made anew for every scan: one vouches for all of a tenant’s', async () => {
    const created = await Promise.all(['a', 'b', 'c'].map((name) => attested(anSbom(name), 'steady')));
    expect(new Set(created.map(({ keyId }) => keyId)).size).toBe(1);
    expect(installation.bus.ofType(keyCreatedV1.type).filter(({ tenant }) => tenant === 'steady')).toHaveLength(1);
  });

  it('private ones are handed out by no route and lie encrypted at rest', async () => {
    const { attestationId, keyId } = await attested(anSbom('private'));
    const routes = ['keys', `keys/${keyId}/pem`, 'attestations', 'vault/images', 'sign/images'].map(
      (path) => `/api/v1/${path}`,
    );
    routes.push(...['', '/envelope', '/signature'].map((path) => `/api/v1/attestations/${attestationId}${path}`));
    for (const route of routes) {
      const response = await installation.ask('acme', 'admin', route);
      expect([route, response.status]).toEqual([route, 200]);
      expect(await response.text()).not.toMatch(/PRIVATE KEY|sealed/i);
    }
    const [{ sealed }] = (await installation.sql(
      'select sealed_private_key as sealed from signing_keys where key_id = $1',
      [keyId],
    )) as [{ sealed: Buffer }];
    expect(sealed.toString('latin1')).not.toContain('PRIVATE KEY');
    const { createPrivateKey } = await import('node:crypto');
    for (const format of ['der', 'pem'] as const) {
      expect(() => createPrivateKey({ key: sealed, format, type: 'pkcs8' })).toThrow(/DECODER|unsupported|asn1/i);
    }
  });

  it('are handed out as PEM, of the own tenant only', async () => {
    const { keyId } = await attested(anSbom('pem'));
    const pem = await installation.ask('acme', 'viewer', `/api/v1/keys/${keyId}/pem`);
    expect(pem.headers.get('content-type')).toContain('application/x-pem-file');
    expect(await pem.text()).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect((await installation.ask('globex', 'viewer', `/api/v1/keys/${keyId}/pem`)).status).toBe(404);
  });
});

describe('the signature over an envelope', () => {
  it('is the same at every call, and over the envelope as it is handed out', async () => {
    const { attestationId } = await attested(anSbom('signed envelope'));
    const text = async (path: string) => (await installation.ask('acme', 'ci', `/api/v1/attestations/${path}`)).text();
    const [first, second] = [await text(`${attestationId}/signature`), await text(`${attestationId}/signature`)];
    expect(first).toBe(second);
    expect(first).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(await text(`${attestationId}/envelope`)).toBe(await text(attestationId));
    expect((await installation.ask('globex', 'ci', `/api/v1/attestations/${attestationId}/signature`)).status).toBe(
      404,
    );
    expect((await installation.ask('acme', 'ci', `/api/v1/attestations/${newId()}/signature`)).status).toBe(404);
  });
});
