import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess } from './support/platform-process.js';

const folder = 'apps/scanner/test/fixtures/sboms/hostile';
const hostile = readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name) && name !== 'EXPECTED.json');

/** Those that a robust ingester takes, with warnings: what is odd in them is not what a reader must understand. */
const acceptable =
  /^(injection-names|odd-purls|proto-pollution|utf8-bom|dependency-cycle|duplicate-bom-ref|duplicate-spdxid|synthetic)/;

describe('a bad document', () => {
  const platform = new PlatformProcess('all-in-one');
  let api: Api;
  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
  });
  afterAll(() => platform.remove());

  const send = (body: Uint8Array, headers: Record<string, string> = {}) =>
    api.post<{ code?: string; detail?: string; status: unknown }>(
      '/api/v1/ingest/sbom?repo=acme/bad&branch=main&wait=60',
      body,
      headers,
    );

  it.each(hostile.filter((name) => acceptable.test(name)))('like %s is odd and yet understood', async (name) => {
    const { status, body } = await send(fixtureOf(`${folder}/${name}`));
    expect({ name, status, body }).toMatchObject({ status: 200, body: { status: 'done' } });
  });

  it.each(hostile.filter((name) => !acceptable.test(name)))('like %s is refused in clear words', async (name) => {
    const { status, headers, body } = await send(fixtureOf(`${folder}/${name}`));
    expect({ name, body, isRefused: [400, 413, 422].includes(status) }).toMatchObject({ isRefused: true });
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: expect.stringMatching(/\./), detail: expect.any(String) });
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\/work\/|select |at [A-Z]\w+\./);
  });

  it.each([
    ['deep', Buffer.from('['.repeat(100_000)), {}],
    ['wide', Buffer.from(`{${Array.from({ length: 100_001 }, (_, i) => `"k${i}":0`).join()}}`), {}],
    ['a compression bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)), { 'content-encoding': 'gzip' }],
    ['broken gzip', gzipSync(Buffer.from('{}')).subarray(0, 12), { 'content-encoding': 'gzip' }],
    ['an unknown encoding', Buffer.from('{}'), { 'content-encoding': 'br' }],
  ])('that is %s is refused and leaves no receipt', async (_what, body, headers) => {
    const before = (await api.get<{ items: unknown[] }>('/api/v1/receipts?limit=500')).body.items.length;
    const answer = await send(body, headers as Record<string, string>);
    expect([400, 413, 415, 422]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await api.get<{ items: unknown[] }>('/api/v1/receipts?limit=500')).body.items).toHaveLength(before);
  });

  it('leaves a healthy service that takes the next good one', async () => {
    expect((await api.get('/readyz')).status).toBe(200);
    const good = Buffer.from(
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] }),
    );
    expect(await send(good)).toMatchObject({ status: 200, body: { status: 'done' } });
    const letters = await api.get<{ items: { kind: string }[] }>('/api/v1/dead-letters');
    expect(letters.body.items.every(({ kind }) => kind === 'invalid')).toBe(true);
  });
});
