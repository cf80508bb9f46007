import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Installation } from './harness.js';
import { PatchHoundClient } from './patchhound-client.js';

let installation: Installation;
let gateway: Gateway;
let client: PatchHoundClient;
let admin: { api_key: string };

beforeAll(async () => {
  installation = await Installation.make();
  gateway = await installation.gateway();
  client = new PatchHoundClient(gateway);
  admin = { api_key: gateway.adminKey };
});
afterAll(() => installation.stop());

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const unknown = '1f0c6d9e-6a55-4a5e-9c1e-2b8f6f0a7d11';

describe('a token key', () => {
  it('is made for an organization, shown once, and opens the health check', async () => {
    const made = await client.post('create-token-key', { ...admin, organization: 'acme', expiration_days: '30' });
    expect(made.status).toBe(200);
    expect(made.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(made.text).toMatch(new RegExp(`^Token Key Created For: acme Key: ${uuid} Expires: ${day(30)}$`));
    const token = / Key: (\S+) /.exec(made.text)![1]!;
    for (const each of [client, new PatchHoundClient(gateway, '/api')]) {
      const health = await each.get('health-check', { token });
      expect(health).toMatchObject({ status: 200 });
      expect(health.text).toBe('{"status":"ok","message":"Backend is alive","version":"0.1.48"}');
    }
  });

  it('is made by a form of curl -F as by one of curl -d', async () => {
    const made = await client.form('create-token-key', { ...admin, organization: 'forms', expiration_days: '1' });
    expect(made.text).toContain('Token Key Created For: forms Key: ');
  });

  it('makes a tenant of an organization that is new, once, however many are made at once', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => client.tokenFor('Globex Corp.')));
    expect(new Set(keys).size).toBe(5);
    const tenants = await installation.rows<{ slug: string }>(
      `select slug from tenants where display_name = 'Globex Corp.'`,
    );
    expect(tenants).toEqual([{ slug: 'globex-corp' }]);
    const events = await installation.rows<{ type: string }>(
      `select envelope::jsonb->>'type' as type from outbox where envelope::jsonb->'data'->>'slug' = 'globex-corp'`,
    );
    expect(events).toEqual([{ type: 'ingest.tenant.created.v1' }]);
  });

  it('tells two organizations apart whose slugs would be one', async () => {
    await client.tokenFor('Initech');
    await client.tokenFor('initech!');
    const rows = await installation.rows<{ slug: string }>(`select slug from tenants where slug like 'initech%'`);
    expect(rows).toHaveLength(2);
  });

  it('works until the end of its last day, UTC', async () => {
    const today = await client.tokenFor('acme', '0');
    expect((await client.get('health-check', { token: today })).status).toBe(200);
    const yesterday = await client.tokenFor('acme', '-1');
    expect(await client.get('health-check', { token: yesterday })).toMatchObject({
      status: 401,
      text: '{"error":"Token validation: TokenKey Expired"}',
    });
  });

  it('is switched off and on', async () => {
    const token = await client.tokenFor('acme');
    const off = await client.form('change-key-status', { ...admin, token, instructions: 'disable' });
    expect(off).toMatchObject({ status: 200, text: 'Token key disabled' });
    expect(await client.get('health-check', { token })).toMatchObject({
      status: 401,
      text: '{"error":"Token validation: TokenKey Disabled"}',
    });
    const on = await client.form('change-key-status', { ...admin, token, instructions: 'enable' });
    expect(on).toMatchObject({ status: 200, text: 'Token key enabled' });
    expect((await client.get('health-check', { token })).status).toBe(200);
    const nobody = await client.form('change-key-status', { ...admin, token: unknown, instructions: 'disable' });
    expect(nobody).toMatchObject({ status: 200, text: 'Token key disabled' });
  });

  it('is removed by itself, as only its hash is kept', async () => {
    const token = await client.tokenFor('acme');
    expect((await client.post('remove-token-key', { ...admin, token_key: token })).text).toBe('Token key removed');
    expect((await client.post('remove-token-key', { ...admin, token_key: token })).text).toBe(
      'Token key does not exist',
    );
    expect((await client.get('health-check', { token })).text).toBe('{"error":"Token validation: TokenKey Not Found"}');
  });

  it('is listed with its organization, last day and state', async () => {
    const token = await client.tokenFor('Listed Ltd', '7');
    const { text, headers } = await client.post('list-token-key', admin);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.parse(text)).toContainEqual({
      token_key: `${token.slice(0, 8)}-****-****-****-************`,
      organization: 'Listed Ltd',
      expiration_date: day(7),
      enabled: 1,
    });
    expect(text).not.toContain(token);
  });
});

describe('a request without what it needs', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['create-token-key', {}, 401, '{"error":"api_key missing"}'],
    ['create-token-key', { api_key: 'wrong' }, 401, 'Invalid API key'],
    ['create-token-key', { api_key: 'ADMIN' }, 400, '{"error":"organization missing"}'],
    ['create-token-key', { api_key: 'ADMIN', organization: 'x' }, 400, '{"error":"expiration_days missing"}'],
    [
      'create-token-key',
      { api_key: 'ADMIN', organization: 'x', expiration_days: 'soon' },
      400,
      '{"error":"expiration_days must be an integer"}',
    ],
    ['change-key-status', {}, 400, '{"error":"token key missing"}'],
    ['change-key-status', { token: unknown, api_key: 'wrong' }, 400, '{"error":"instructions missing"}'],
    ['change-key-status', { token: unknown, instructions: 'explode' }, 401, '{"error":"api_key missing"}'],
    [
      'change-key-status',
      { token: unknown, instructions: 'explode', api_key: 'ADMIN' },
      400,
      '{"error":"instructions must be enable or disable"}',
    ],
    ['remove-token-key', { api_key: 'ADMIN' }, 400, '{"error":"token_key missing"}'],
    ['remove-token-key', {}, 401, '{"error":"api_key missing"}'],
    ['list-token-key', {}, 401, '{"error":"api_key missing"}'],
  ])('%s %o is answered with %i %s', async (path, fields, status, text) => {
    const sent = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, value === 'ADMIN' ? admin.api_key : value]),
    );
    expect(await client.post(path, sent)).toMatchObject({ status, text });
    expect(await client.form(path, { ...sent, more: '' })).toMatchObject({ status, text });
  });

  it('says which of the things that can be wrong with a token is', async () => {
    expect((await client.get('health-check', {})).text).toBe('{"error":"Token missing"}');
    expect((await client.get('health-check', { token: '' })).text).toBe('{"error":"Token missing"}');
    expect(await client.get('health-check', { token: unknown })).toMatchObject({
      status: 401,
      text: '{"error":"Token validation: TokenKey Not Found"}',
    });
    expect((await client.get('health-check', { token: gateway.adminKey })).text).toBe(
      '{"error":"Token validation: TokenKey Not Found"}',
    );
  });

  it('is no form at all', async () => {
    const response = await fetch(`${gateway.url}/v1/create-token-key`, { method: 'POST', body: '{}' });
    expect([response.status, await response.text()]).toEqual([401, '{"error":"api_key missing"}']);
    const broken = await fetch(`${gateway.url}/v1/create-token-key`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'nothing of the kind',
    });
    expect(await broken.json()).toEqual({ error: expect.any(String) });
    expect(broken.status).toBe(400);
  });

  it('does not serve a key that is no admin of the platform', async () => {
    const tenantAdmin = await gateway.key({ role: 'admin' });
    expect(await client.post('list-token-key', { api_key: tenantAdmin })).toMatchObject({
      status: 401,
      text: 'Invalid API key',
    });
  });
});
