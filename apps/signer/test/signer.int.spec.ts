import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attestationCreatedV1,
  type DataOf,
  keyCreatedV1,
  receiptFailedV1,
  receiptProgressedV1,
  verificationFailedV1,
} from '@assay/contracts';
import { digestOf, hexOf, newId } from '@assay/kernel';
import { startService } from '@assay/service-host';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signerService } from '../src/index.js';
import { SignerInstallation } from './signer-installation.js';

type Created = DataOf<typeof attestationCreatedV1>;

const anSbom = (name: string): Buffer =>
  Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ type: 'library', name }] }));

let installation: SignerInstallation;
beforeAll(async () => {
  installation = await SignerInstallation.start();
});
afterAll(() => installation?.stop());

async function attestationsOf(receiptId: string, count = 1): Promise<Created[]> {
  return eventually('the attestations', () => {
    const created = installation.bus.ofType(attestationCreatedV1.type).map(({ data }) => data as Created);
    const own = created.filter((each) => each.receiptId === receiptId);
    return own.length >= count && own;
  });
}

async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

describe('an accepted document', () => {
  it('is attested, which ends its stage', async () => {
    const receiptId = await installation.receive('acme', [{ bytes: anSbom('one') }]);
    const [created] = await attestationsOf(receiptId);
    expect(created).toMatchObject({
      receiptId,
      document: { digest: digestOf(anSbom('one')) },
      predicateType: 'https://cyclonedx.org/bom',
    });
    const progress = await eventually('the stage', () =>
      installation.bus.ofType(receiptProgressedV1.type).find(({ correlationid }) => correlationid === receiptId),
    );
    expect(progress.data).toMatchObject({ receiptId, service: 'signer', stage: 'attest' });
  });

  it.each([
    ['an SPDX 2 document', '{"spdxVersion":"SPDX-2.3","packages":[]}', 'sbom', 'https://spdx.dev/Document'],
    [
      'an SPDX 3 document',
      '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}',
      'sbom',
      'https://spdx.dev/Document',
    ],
    [
      'a member of that name deeper down',
      '{"properties":{"bomFormat":"CycloneDX"}}',
      'sbom',
      'https://assay.dev/attestation/document/v1',
    ],
    [
      'XML',
      '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
      'sbom',
      'https://in-toto.io/attestation/reference/v0.1',
    ],
    ['OpenVEX', '{"@context":"https://openvex.dev/ns/v0.2.0","statements":[]}', 'vex', 'https://openvex.dev/ns'],
    [
      'CSAF',
      '{"document":{"category":"csaf_vex","csaf_version":"2.0"}}',
      'vex',
      'https://assay.dev/attestation/csaf/v1',
    ],
    ['CycloneDX VEX', '{"bomFormat":"CycloneDX","vulnerabilities":[]}', 'vex', 'https://cyclonedx.org/bom'],
    ['a report', '{"bomFormat":"CycloneDX","Results":[]}', 'report', 'https://assay.dev/attestation/scan-report/v1'],
  ] as const)('carries the predicate type of its format: %s', async (_, text, kind, predicateType) => {
    const [created] = await attestationsOf(await installation.receive('acme', [{ bytes: Buffer.from(text), kind }]));
    expect(created?.predicateType).toBe(predicateType);
  });

  it('of several megabytes is attested beside the event loop', async () => {
    const large = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', notes: 'x'.repeat(3 << 20) }));
    const [created] = await attestationsOf(await installation.receive('acme', [{ bytes: large }]));
    const verification = await installation.ask(
      'acme',
      'viewer',
      `/api/v1/verify/blob?attestationId=${created!.attestationId}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: large,
      },
    );
    expect(await json(verification)).toMatchObject({ verified: true, predicateType: 'https://cyclonedx.org/bom' });
  });

  it('above what an attestation carries is named by its digest', async () => {
    const huge = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', notes: 'x'.repeat(17 << 20) }));
    const [created] = await attestationsOf(await installation.receive('acme', [{ bytes: huge }]));
    expect(created).toMatchObject({ predicateType: 'https://in-toto.io/attestation/reference/v0.1' });
    expect(created!.envelope.size).toBeLessThan(4_096);
  });

  it('that comes again is not signed again, but its receipt hears of the attestation', async () => {
    const [first] = await attestationsOf(await installation.receive('acme', [{ bytes: anSbom('twice') }]));
    const [second] = await attestationsOf(await installation.receive('acme', [{ bytes: anSbom('twice') }]));
    expect(second).toMatchObject({ attestationId: first!.attestationId, envelope: first!.envelope });
    const list = await json<{ items: object[] }>(
      installation.ask('acme', 'viewer', `/api/v1/attestations?digest=${digestOf(anSbom('twice'))}`),
    );
    expect(list.items).toHaveLength(1);
  });

  it('and its three companions each get an attestation, told in one event', async () => {
    const four = ['a', 'b', 'c', 'a'].map((name, at) => ({ bytes: anSbom(`of four ${name}`), role: `part-${at}` }));
    const receiptId = await installation.receive('acme', four);
    const [created, ...more] = await attestationsOf(receiptId);
    expect(more).toHaveLength(0);
    const all = [created!, ...created!.alongside!];
    expect(all.map(({ role }) => role)).toEqual(['part-0', 'part-1', 'part-2', 'part-3']);
    expect(new Set(all.map(({ attestationId }) => attestationId)).size).toBe(3);
    expect(all.every(({ verified }) => verified === true)).toBe(true);

    const list = async (query: string) =>
      json<{ items: { id: string; role?: string; verified: boolean }[]; nextCursor: string | null }>(
        installation.ask('acme', 'viewer', `/api/v1/attestations?${query}`),
      );
    const { items } = await list(`receiptId=${receiptId}`);
    expect(items.map(({ role }) => role).toSorted()).toEqual(['part-0', 'part-1', 'part-2', 'part-3']);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`receiptId=${receiptId}&limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ role }) => role!));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(['part-0', 'part-1', 'part-2', 'part-3']);
    expect((await list(`receiptId=${receiptId}&digest=${digestOf(anSbom('of four a'))}`)).items).toHaveLength(2);
    expect((await list(`receiptId=${newId()}`)).items).toHaveLength(0);
  });

  it('that is sent by many at once gives one key and one attestation', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        installation.receive('rush', [{ bytes: anSbom('rush') }], i % 2 === 0 ? 'interactive' : 'bulk'),
      ),
    );
    const all = await Promise.all(receipts.map((receipt) => attestationsOf(receipt)));
    expect(new Set(all.map(([each]) => each!.attestationId)).size).toBe(1);
    expect(installation.bus.ofType(keyCreatedV1.type).filter(({ tenant }) => tenant === 'rush')).toHaveLength(1);
  });
});

describe('a document that is not what it should be', () => {
  it('with a changed byte in the store is refused, and said so', async () => {
    const bytes = anSbom('to be tampered with');
    const { digest, size, mediaType } = await installation.artifacts.put('acme', bytes, 'application/json');
    const folder = join(installation.environment['ASSAY_DATA_DIR']!, 'artifacts');
    const { globSync } = await import('node:fs');
    const [file] = globSync(join(folder, '**', hexOf(digest)));
    rmSync(file!);
    writeFileSync(file!, Buffer.from(bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte))));
    const receiptId = await installation.announce('acme', [{ digest, size, mediaType, role: 'sbom' }]);

    const failed = await eventually('the failed receipt', () =>
      installation.bus.ofType(receiptFailedV1.type).find(({ correlationid }) => correlationid === receiptId),
    );
    expect(failed.data).toMatchObject({ stage: 'attest', error: { code: 'signer.document-tampered' } });
    const told = installation.bus.ofType(verificationFailedV1.type).filter(({ subject }) => subject === digest);
    expect(told).toMatchObject([{ tenant: 'acme', data: { digest, reason: expect.stringContaining('changed') } }]);
  });

  it('and is not there is told once, and does not stop its neighbours', async () => {
    const digest = digestOf('never stored');
    await installation.announce('acme', [{ digest, size: 12, mediaType: 'text/plain', role: 'sbom' }]);
    const receipts = await Promise.all(
      [1, 2, 3].map((i) => installation.receive('acme', [{ bytes: anSbom(`n${i}`) }])),
    );
    await Promise.all(receipts.map((receipt) => attestationsOf(receipt)));
    const told = await eventually('the event', () => {
      const found = installation.bus.ofType(verificationFailedV1.type).filter(({ subject }) => subject === digest);
      return found.length > 0 && found;
    });
    expect(told).toHaveLength(1);
  });
});

describe('verification', () => {
  const original = anSbom('verified');
  const changed = Buffer.from(original.map((byte, at) => (at === 30 ? byte ^ 1 : byte)));
  let attestation: Created;
  beforeAll(async () => {
    [attestation] = (await attestationsOf(await installation.receive('acme', [{ bytes: original }]))) as [Created];
  });

  const verify = async (tenant: string, body: object) =>
    json<{ verified: boolean; failures: { check: string; message: string }[] }>(
      installation.ask(tenant, 'ci', '/api/v1/verify/blob', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const form = async (parts: Record<string, Buffer | string>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(parts)) {
      body.set(name, typeof value === 'string' ? value : new Blob([Uint8Array.from(value)]));
    }
    return json<{ verified: boolean; failures: { check: string; message: string }[] }>(
      installation.ask('acme', 'ci', '/api/v1/verify/blob', { method: 'POST', body }),
    );
  };
  const envelope = async () =>
    Buffer.from(
      await (await installation.ask('acme', 'ci', `/api/v1/attestations/${attestation.attestationId}`)).arrayBuffer(),
    );

  it('accepts what was attested, by digest, by blob, and with the envelope', async () => {
    const { attestationId } = attestation;
    expect(await verify('acme', { digest: digestOf(original) })).toMatchObject({ verified: true, attestationId });
    expect(await form({ file: original, attestationId })).toMatchObject({ verified: true, failures: [] });
    expect(await form({ file: original, envelope: await envelope() })).toMatchObject({ verified: true });
    const bundle = await installation.ask('acme', 'ci', `/api/v1/attestations/${attestationId}?format=bundle`);
    expect(bundle.headers.get('content-type')).toContain('sigstore.bundle');
    const outcome = await verify('acme', { digest: digestOf(original), envelope: await bundle.json() });
    expect(outcome).toMatchObject({ verified: true, keyId: attestation.keyId });
  });

  it('names a changed byte in the document', async () => {
    const outcome = await form({ file: changed, attestationId: attestation.attestationId });
    expect(outcome).toMatchObject({ verified: false, failures: [{ check: 'digest' }] });
    expect(outcome.failures[0]!.message).toMatch(/at least one byte differs/);
    expect(await form({ file: changed })).toMatchObject({ verified: false, failures: [{ check: 'attestation' }] });
    expect(await form({ file: changed, envelope: await envelope() })).toMatchObject({
      failures: [{ check: 'digest' }],
    });
    const told = await eventually('the event', () =>
      installation.bus.ofType(verificationFailedV1.type).find(({ subject }) => subject === digestOf(changed)),
    );
    expect(told).toMatchObject({ actor: 'key:test', data: { attestationId: attestation.attestationId } });
  });

  it('names a changed byte in what was signed, and another key', async () => {
    const parsed = JSON.parse((await envelope()).toString()) as { payload: string };
    const payload = Buffer.from(parsed.payload, 'base64');
    payload[payload.length - 20]! ^= 1;
    const forged = { ...parsed, payload: payload.toString('base64') };
    const digest = digestOf(original);
    expect(await verify('acme', { digest, envelope: forged })).toMatchObject({ failures: [{ check: 'signature' }] });
    await installation.receive('globex', [{ bytes: anSbom('a key for globex') }]);
    await eventually('the key of globex', () =>
      installation.bus.ofType(keyCreatedV1.type).find((e) => e.tenant === 'globex'),
    );
    expect(await verify('globex', { digest, envelope: parsed })).toMatchObject({ failures: [{ check: 'signature' }] });
  });

  it('refuses a stored envelope that was changed', async () => {
    const bytes = anSbom('whose envelope is changed');
    const [created] = await attestationsOf(await installation.receive('acme', [{ bytes }]));
    const { globSync } = await import('node:fs');
    const [file] = globSync(
      join(installation.environment['ASSAY_DATA_DIR']!, 'artifacts', '**', hexOf(created!.envelope.digest)),
    );
    rmSync(file!);
    writeFileSync(file!, '{}');
    expect(await verify('acme', { digest: digestOf(bytes) })).toMatchObject({ failures: [{ check: 'envelope' }] });
  });

  it('knows nothing of other tenants', async () => {
    const { attestationId } = attestation;
    expect(await verify('globex', { digest: digestOf(original) })).toMatchObject({
      failures: [{ check: 'attestation' }],
    });
    expect((await installation.ask('globex', 'admin', `/api/v1/attestations/${attestationId}`)).status).toBe(404);
    expect((await installation.ask('acme', 'agent', `/api/v1/attestations/${attestationId}`)).status).toBe(403);
  });

  it('says what is wrong with a request', async () => {
    const ask = (body: string, type = 'application/json') =>
      installation.ask('acme', 'ci', '/api/v1/verify/blob', {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    for (const [body, field] of [
      ['{}', 'digest'],
      ['{"digest":"md5:1"}', 'digest'],
      [`{"digest":"${digestOf('')}","attestationId":"1"}`, 'attestationId'],
    ] as const) {
      const response = await ask(body);
      expect(response.status).toBe(422);
      expect(await json(response)).toMatchObject({ code: 'signer.upload-malformed', errors: [{ field }] });
    }
    expect((await ask('{')).status).toBe(422);
    expect((await ask('--x\r\n', 'multipart/form-data; boundary=x')).status).toBe(422);
    const none = await ask(JSON.stringify({ digest: digestOf(''), attestationId: newId() }));
    expect(await json(none)).toMatchObject({ status: 404, code: 'signer.no-such-attestation' });
  });

  it('checks detached signatures over any blob', async () => {
    const blob = Buffer.alloc(700_000, 'blob');
    const signed = await json<{ signature: string; keyId: string; digest: string }>(
      installation.ask('acme', 'ci', '/api/v1/sign/blob', { method: 'POST', body: blob }),
    );
    expect(signed.digest).toBe(digestOf(blob));
    expect(await form({ file: blob, signature: signed.signature })).toMatchObject({
      verified: true,
      keyId: signed.keyId,
    });
    blob[600_000]! ^= 1;
    const outcome = await form({ file: blob, signature: signed.signature, keyId: signed.keyId });
    expect(outcome).toMatchObject({ verified: false, failures: [{ check: 'signature' }] });
    expect((await installation.ask('acme', 'viewer', '/api/v1/sign/blob', { method: 'POST', body: blob })).status).toBe(
      403,
    );
  });
});

describe('keys', () => {
  const keysOf = async (tenant: string) =>
    (await json<{ items: { keyId: string; active: boolean }[] }>(installation.ask(tenant, 'viewer', '/api/v1/keys')))
      .items;

  it('are rotated without breaking what they signed', async () => {
    const bytes = anSbom('before the rotation');
    const [before] = await attestationsOf(await installation.receive('rotating', [{ bytes }]));
    expect((await installation.ask('rotating', 'analyst', '/api/v1/keys/rotate', { method: 'POST' })).status).toBe(403);
    const rotated = await installation.ask('rotating', 'admin', '/api/v1/keys/rotate', { method: 'POST' });
    expect(rotated.status).toBe(201);
    const { keyId } = await json<{ keyId: string }>(rotated);

    expect(await keysOf('rotating')).toMatchObject([
      { keyId, active: true },
      { keyId: before!.keyId, active: false },
    ]);
    const [again] = await attestationsOf(await installation.receive('rotating', [{ bytes }]));
    expect(again).toMatchObject({ keyId });
    const old = await installation.ask('rotating', 'ci', `/api/v1/verify/blob?attestationId=${before!.attestationId}`, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(await json(old)).toMatchObject({ verified: true, keyId: before!.keyId });
  });

  it('stay one when they are rotated at once', async () => {
    await Promise.all(
      Array.from({ length: 5 }, () => installation.ask('turning', 'admin', '/api/v1/keys/rotate', { method: 'POST' })),
    );
    expect((await keysOf('turning')).filter(({ active }) => active)).toHaveLength(1);
  });

  it('do not open under another master key: the service does not start', async () => {
    const environment = { ...installation.environment, ASSAY_MASTER_KEY: 'another master key of 32 characters' };
    await expect(startService(signerService, environment)).rejects.toThrow(/ASSAY_MASTER_KEY is not the one/);
  });

  it('lie in no row of their tenant in the clear', async () => {
    const response = await installation.ask('acme', 'admin', '/api/v1/keys');
    expect(await response.text()).not.toMatch(/PRIVATE|sealed/i);
  });
});
