import { statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anSbom, type Gateway, Installation } from './harness.js';

let installation: Installation;
let gateway: Gateway;

beforeAll(async () => {
  installation = await Installation.make();
  gateway = await installation.gateway();
});

afterAll(() => installation.stop());

const as = (key: string, headers: Record<string, string> = {}) => ({ headers: { 'x-api-key': key, ...headers } });

describe('the first start', () => {
  it('leaves one admin key, for its owner alone', async () => {
    expect(gateway.adminKey).toMatch(/^assay_admin_[\w-]{43}$/);
    expect(statSync(join(installation.dataDir, 'admin-key')).mode & 0o777).toBe(0o600);
  });

  it('happens once, however many gateways start and start again', async () => {
    const [second, third] = await Promise.all([installation.gateway(), installation.gateway()]);
    expect(second.adminKey).toBe(gateway.adminKey);
    expect((await third.send('GET', '/api/v1/tenants')).status).toBe(200);
    expect(await installation.rows(`select id from credentials where kind = 'first-admin-key'`)).toHaveLength(1);
  });

  it('takes the key that the environment gives, which replaces the one before', async () => {
    const other = await Installation.make();
    try {
      const before = await other.gateway();
      const after = await other.gateway({ ASSAY_ADMIN_KEY: 'a-key-of-my-own-16' });
      expect(after.adminKey).toBe('a-key-of-my-own-16');
      expect((await after.send('GET', '/api/v1/api-keys')).status).toBe(200);
      expect((await after.send('GET', '/api/v1/api-keys', as(before.adminKey))).status).toBe(401);
      expect(
        (await (await other.gateway({ ASSAY_ADMIN_KEY: 'a-key-of-my-own-16' })).send('GET', '/api/v1/tenants')).status,
      ).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

describe('a tenant', () => {
  beforeAll(async () => {
    await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'acme', displayName: 'Acme Ltd.' } });
    await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'shop', publisher: 'acme' } });
  });

  it('is made by an admin of the platform, with a name of its own', async () => {
    const taken = await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'acme2', displayName: 'Acme Ltd.' } });
    expect(taken).toMatchObject({ status: 409, body: { code: 'tenants.taken' } });
    const platform = await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'platform' } });
    expect(platform.status).toBe(422);
    const admin = await gateway.key({ role: 'admin' }, 'acme');
    expect((await gateway.send('GET', '/api/v1/tenants', as(admin))).status).toBe(403);
    const { body } = await gateway.send<{ items: { slug: string }[] }>('GET', '/api/v1/tenants');
    expect(body.items.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['acme', 'default', 'shop']));
  });

  it("does not see another's receipts: 404, not 403", async () => {
    const [acme, shop] = [await gateway.key({ role: 'ci' }, 'acme'), await gateway.key({ role: 'ci' }, 'shop')];
    const { body } = await gateway.send<{ receiptId: string }>('POST', '/api/v1/ingest/sbom', {
      body: anSbom(),
      ...as(acme),
    });
    const path = `/api/v1/receipts/${body.receiptId}`;
    expect((await gateway.send('GET', path, as(acme))).status).toBe(200);
    expect(await gateway.send('GET', path, as(shop))).toMatchObject({
      status: 404,
      body: { code: 'receipts.unknown' },
    });
    expect((await gateway.send('GET', path)).status).toBe(404);
    expect((await gateway.send('GET', path, { headers: { 'x-tenant': 'acme' } })).status).toBe(200);
    const list = await gateway.send<{ items: unknown[] }>('GET', '/api/v1/receipts', as(shop));
    expect(list.body.items).toEqual([]);
  });

  it('is not acted for by others, nor is one that does not exist', async () => {
    const admin = await gateway.key({ role: 'admin' }, 'shop');
    const foreign = await gateway.send('GET', '/api/v1/receipts', as(admin, { 'x-tenant': 'acme' }));
    expect(foreign).toMatchObject({ status: 403, body: { code: 'tenants.not-yours' } });
    expect((await gateway.send('GET', '/api/v1/receipts', { headers: { 'x-tenant': 'nobody' } })).status).toBe(404);
  });

  it('that is closed lets nobody in any more, and gives its slug to nobody', async () => {
    await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'gone' } });
    const key = await gateway.key({ role: 'ci' }, 'gone');
    expect((await gateway.send('GET', '/api/v1/receipts', as(key))).status).toBe(200);
    expect((await gateway.send('DELETE', '/api/v1/tenants/gone')).status).toBe(204);
    await eventually(
      'the key is dead',
      async () => (await gateway.send('GET', '/api/v1/receipts', as(key))).status === 401,
    );
    expect((await gateway.send('POST', '/api/v1/tenants', { json: { slug: 'gone' } })).status).toBe(409);
    expect((await gateway.send('DELETE', '/api/v1/tenants/acme')).body['code']).toBe('tenants.in-use');
    expect((await gateway.send('DELETE', '/api/v1/tenants/default')).body['code']).toBe('tenants.in-use');
  });
});

describe('a key', () => {
  it('is shown once and never stored', async () => {
    const key = await gateway.key({ name: 'once' });
    expect(key).toMatch(/^assay_ci_/);
    const { body } = await gateway.send<{ items: object[] }>('GET', '/api/v1/api-keys');
    expect(JSON.stringify(body)).not.toContain(key);
    const rows = await installation.rows<{ all: string }>('select credentials::text as all from credentials');
    expect(JSON.stringify(rows)).not.toContain(key);
  });

  it('works as a bearer token too', async () => {
    const key = await gateway.key({ role: 'viewer' });
    const headers = { 'x-api-key': '', authorization: `Bearer ${key}` };
    expect((await gateway.send('GET', '/api/v1/receipts', { headers })).status).toBe(200);
  });

  it('opens nothing from the moment it is revoked, at every gateway', async () => {
    const second = await installation.gateway();
    const { body } = await gateway.send<{ id: string; key: string }>('POST', '/api/v1/api-keys', {
      json: { name: 'short', role: 'viewer' },
    });
    for (const each of [gateway, second])
      expect((await each.send('GET', '/api/v1/receipts', as(body.key))).status).toBe(200);
    expect((await gateway.send('DELETE', `/api/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await gateway.send('GET', '/api/v1/receipts', as(body.key))).status).toBe(401);
    await eventually(
      'the other gateway has heard of it',
      async () => (await second.send('GET', '/api/v1/receipts', as(body.key))).status === 401,
      5_000,
    );
    expect((await gateway.send('DELETE', `/api/v1/api-keys/${body.id}`)).status).toBe(404);
  });

  it('ends at its time', async () => {
    const key = await gateway.key({ role: 'viewer', expiresAt: new Date(Date.now() + 400).toISOString() });
    expect((await gateway.send('GET', '/api/v1/receipts', as(key))).status).toBe(200);
    await eventually(
      'it has ended',
      async () => (await gateway.send('GET', '/api/v1/receipts', as(key))).status === 401,
    );
  });

  it('makes no key that can do more than itself', async () => {
    const admin = await gateway.key({ role: 'admin', scope: { repositories: ['acme/*'] } });
    const mint = (json: object) =>
      gateway.send('POST', '/api/v1/api-keys', { ...as(admin), json: { name: 'x', ...json } });
    expect((await mint({ role: 'admin', platformAdmin: true })).status).toBe(403);
    expect((await mint({ role: 'ci' })).status).toBe(403);
    expect((await mint({ role: 'ci', scope: { repositories: ['other/*'] } })).status).toBe(403);
    expect((await mint({ role: 'ci', scope: { repositories: ['acme/shop'] } })).status).toBe(201);
  });

  it('for one repository sends nothing for another, and sees nothing of it', async () => {
    const key = await gateway.key({ scope: { repositories: ['acme/shop'] } });
    const send = (query: string) =>
      gateway.send('POST', `/api/v1/ingest/sbom?${query}`, { body: anSbom(), ...as(key) });
    expect((await send('repo=acme/shop&branch=main')).status).toBe(202);
    expect(await send('repo=acme/other&branch=main')).toMatchObject({
      status: 403,
      body: { code: 'ingest.outside-scope' },
    });
    expect((await send('imageName=x')).status).toBe(403);
    const { body } = await gateway.send<{ receiptId: string }>('POST', '/api/v1/ingest/sbom?repo=acme/other', {
      body: anSbom(),
    });
    expect((await gateway.send('GET', `/api/v1/receipts/${body.receiptId}`, as(key))).status).toBe(404);
  });

  it('of a weak role is refused where it may do nothing', async () => {
    const viewer = await gateway.key({ role: 'viewer' });
    expect((await gateway.send('POST', '/api/v1/ingest/sbom', { body: anSbom(), ...as(viewer) })).status).toBe(403);
    expect((await gateway.send('GET', '/api/v1/api-keys', as(viewer))).status).toBe(403);
    expect((await gateway.send('POST', '/api/v1/streams/rebuild', as(viewer))).status).toBe(403);
  });
});
