import { imageSignedV1, imageVerifiedV1, verificationFailedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignerInstallation } from './signer-installation.js';

const hexOfOne = '1'.repeat(64);
const one = `registry.example:5000/acme/shop-api@sha256:${hexOfOne}`;
const other = `registry.example:5000/acme/shop-api@sha256:${'2'.repeat(64)}`;

interface Answer {
  readonly id: string;
  readonly outcome: string;
  readonly signature: string;
  readonly revision: number;
  readonly digest: string;
  readonly code: string;
  readonly items: Answer[];
  readonly nextCursor: string | null;
}

let installation: SignerInstallation;
beforeAll(async () => {
  installation = await SignerInstallation.start();
});
afterAll(() => installation?.stop());

async function ask(tenant: string, path: string, body?: object, method = body === undefined ? 'GET' : 'POST') {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await installation.ask(tenant, 'ci', `/api/v1/${path}`, { method, ...init });
  return { status: response.status, body: (await response.json()) as Answer };
}

describe('a signed image', () => {
  it('is verified by its digest and by its record, and a different one is not', async () => {
    const signed = await ask('acme', 'sign/image', {
      digest: one,
      reference: 'shop-api:1.0',
      repository: 'acme/shop-api',
    });
    expect(signed).toMatchObject({ status: 201, body: { digest: one, reference: 'shop-api:1.0', actor: 'key:test' } });
    const recordId = signed.body.id;
    expect(await ask('acme', 'verify/image', { digest: one })).toMatchObject({
      status: 200,
      body: { outcome: 'verified', verified: true, recordId },
    });
    expect((await ask('acme', 'verify/image', { digest: one, recordId })).body.outcome).toBe('verified');
    expect((await ask('acme', 'verify/image', { digest: other, recordId })).body).toMatchObject({
      outcome: 'mismatch',
      verified: false,
    });
    expect((await ask('acme', 'verify/image', { digest: other })).body.outcome).toBe('unknown');
    expect((await ask('acme', 'verify/image', { digest: one, recordId: newId() })).status).toBe(404);

    const { items } = (await ask('acme', `sign/images/${recordId}/verifications`)).body;
    expect(items.map(({ outcome }) => outcome)).toEqual(['mismatch', 'verified', 'verified']);
    const told = await eventually('the events', () => {
      const all = installation.bus.ofType(imageVerifiedV1.type);
      return all.length === 4 && all;
    });
    expect(told.map(({ data }) => (data as { outcome: string }).outcome)).toEqual([
      'verified',
      'verified',
      'mismatch',
      'unknown',
    ]);
    expect(installation.bus.ofType(imageSignedV1.type)).toMatchObject([
      { actor: 'key:test', data: { recordId, vault: null } },
    ]);
    const failed = installation.bus.ofType(verificationFailedV1.type);
    expect(failed).toMatchObject([{ data: { digest: other, check: 'signature', occasion: 'request' } }]);
  });

  it('is listed newest first, by repository and by digest', async () => {
    for (const repository of ['lists/a', 'lists/b', 'lists/a'])
      await ask('lists', 'sign/image', { digest: one, repository });
    const all = (await ask('lists', 'sign/images?limit=2')).body;
    expect(all.items).toHaveLength(2);
    expect((await ask('lists', `sign/images?cursor=${all.nextCursor}`)).body.items).toHaveLength(1);
    expect((await ask('lists', 'sign/images?repository=lists/a')).body.items).toHaveLength(2);
    expect((await ask('lists', `sign/images?digest=${encodeURIComponent(one)}`)).body.items).toHaveLength(3);
    expect((await ask('lists', `sign/images/${all.items[0]!.id}`)).body).toMatchObject(all.items[0]!);
  });

  it('is nobody else’s', async () => {
    const { id } = (await ask('acme', 'sign/image', { digest: one })).body;
    expect((await ask('globex', `sign/images/${id}`)).status).toBe(404);
    expect((await ask('globex', `sign/images/${id}/verifications`)).status).toBe(404);
    expect((await ask('globex', 'verify/image', { digest: one, recordId: id })).status).toBe(404);
    expect((await ask('globex', 'verify/image', { digest: one })).body.outcome).toBe('unknown');
  });

  it('is not trusted any more once its stored signature was changed', async () => {
    const mine = `x@sha256:${'7'.repeat(64)}`;
    const { id } = (await ask('acme', 'sign/image', { digest: mine })).body;
    await installation.sql(`update image_signatures set digest = $1 where id = $2`, [other, id]);
    expect((await ask('acme', 'verify/image', { digest: other, recordId: id })).body.outcome).toBe('mismatch');
  });

  it('is signed by its content, never by a tag', async () => {
    for (const digest of ['shop-api:latest', `${one}\n`, 'sha256:12', '../../x']) {
      const refused = await ask('acme', 'sign/image', { digest });
      expect(refused).toMatchObject({ status: 422, body: { code: 'signer.digest-malformed' } });
    }
    expect((await ask('acme', 'sign/image', {})).status).toBe(422);
  });
});

describe('the vault of base images', () => {
  const name = 'registry.example:5000/acme/base/node:24';

  it('takes names with slashes, says what is trusted, and replaces by signing again', async () => {
    expect((await ask('acme', 'vault/images/verify', { name, digest: one })).body.outcome).toBe('unknown');
    const first = await ask('acme', 'vault/images', { name, digest: one });
    expect(first).toMatchObject({ status: 200, body: { name, digest: one, revision: 1 } });
    expect((await ask('acme', 'vault/images/verify', { name, digest: one })).body.outcome).toBe('trusted');
    expect((await ask('acme', 'vault/images/verify', { name, digest: other })).body.outcome).toBe('mismatch');

    expect((await ask('acme', 'vault/images', { name, digest: other }, 'PUT')).body.revision).toBe(2);
    expect((await ask('acme', 'vault/images/verify', { name, digest: one })).body.outcome).toBe('mismatch');
    expect((await ask('acme', 'vault/images/verify', { name, digest: other })).body.outcome).toBe('trusted');
    const history = (await ask('acme', `vault/images/history?name=${encodeURIComponent(name)}`)).body;
    expect(history.items).toMatchObject([
      { revision: 2, digest: other, replacedAt: null },
      { revision: 1, digest: one, replacedAt: expect.any(String) },
    ]);
    const told = installation.bus.ofType(imageSignedV1.type).filter(({ subject }) => subject === name);
    expect(told.map(({ data }) => (data as { vault: object }).vault)).toEqual([
      { name, revision: 1, replacedDigest: null },
      { name, revision: 2, replacedDigest: one },
    ]);
  });

  it('is not shared by organisations: another tenant’s is invisible and untouched', async () => {
    await ask('acme', 'vault/images', { name: 'shared/base', digest: one });
    expect((await ask('globex', 'vault/images/verify', { name: 'shared/base', digest: one })).body.outcome).toBe(
      'unknown',
    );
    await ask('globex', 'vault/images', { name: 'shared/base', digest: other });
    expect((await ask('acme', 'vault/images/verify', { name: 'shared/base', digest: one })).body.outcome).toBe(
      'trusted',
    );
    const { items } = (await ask('globex', 'vault/images')).body;
    expect(items).toMatchObject([{ name: 'shared/base', digest: other, revision: 1 }]);
    expect((await ask('globex', 'vault/images/history?name=shared/base')).body.items).toHaveLength(1);
  });

  it('keeps one current entry when many sign at once', async () => {
    const digests = Array.from({ length: 8 }, (_, at) => `base@sha256:${String(at).repeat(64)}`);
    const done = await Promise.all(digests.map((digest) => ask('rush', 'vault/images', { name: 'rush', digest })));
    expect(done.map(({ body }) => body.revision).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const last = done.find(({ body }) => body.revision === 8)!.body.digest;
    expect((await ask('rush', 'vault/images')).body.items).toMatchObject([{ digest: last }]);
    const page = (await ask('rush', 'vault/images/history?name=rush&limit=5')).body;
    const rest = (await ask('rush', `vault/images/history?name=rush&cursor=${page.nextCursor}`)).body;
    expect([...page.items, ...rest.items].map(({ revision }) => revision)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('notices an entry that was moved to another name behind its back', async () => {
    await ask('moved', 'vault/images', { name: 'old', digest: one });
    await installation.sql(`update vault_images set name = 'new' where tenant = 'moved'`, []);
    expect((await ask('moved', 'vault/images/verify', { name: 'new', digest: one })).body.outcome).toBe('mismatch');
  });

  it('lists by name, page by page', async () => {
    for (const each of ['b', 'a/b', 'a', 'B']) await ask('paged', 'vault/images', { name: each, digest: one });
    const first = (await ask('paged', 'vault/images?limit=3')).body;
    const second = (await ask('paged', `vault/images?limit=3&cursor=${first.nextCursor}`)).body;
    const names = [...first.items, ...second.items].map((entry) => (entry as unknown as { name: string }).name);
    expect(names).toEqual(['B', 'a', 'a/b', 'b']);
    expect(second.nextCursor).toBeNull();
  });

  it('refuses names that nobody can read and names without end', async () => {
    for (const each of ['', 'a\nb', 'a'.repeat(513)]) {
      expect((await ask('acme', 'vault/images', { name: each, digest: one })).status).toBe(422);
    }
    expect((await ask('acme', 'vault/images', { name: 'a'.repeat(512), digest: one })).status).toBe(200);
  });

  it('is changed by those who may only', async () => {
    const body = JSON.stringify({ name: 'x', digest: one });
    for (const role of ['viewer', 'analyst', 'agent'] as const) {
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
      expect((await installation.ask('acme', role, '/api/v1/vault/images', init)).status).toBe(403);
      expect((await installation.ask('acme', role, '/api/v1/sign/image', init)).status).toBe(403);
    }
  });
});
