import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anSbom, type Gateway, Installation } from './harness.js';

let installation: Installation;
let gateway: Gateway;

beforeAll(async () => {
  installation = await Installation.make();
  gateway = await installation.gateway({ INGEST_MAX_DOCUMENT_BYTES: '8MiB' });
});

afterAll(() => installation.stop());

async function stored(): Promise<number> {
  const rows = await installation.rows<{ count: number }>(
    `select (select count(*) from receipts)::int + (select count(*) from outbox where subject like 'ingest.document%')::int as count`,
  );
  return rows[0]!.count;
}

const deep = '['.repeat(70) + ']'.repeat(70);
const wide = `{"bomFormat":"CycloneDX",${Array.from({ length: 100_001 }, (_, i) => `"k${i}":0`).join(',')}}`;

describe('a hostile document', () => {
  let before = 0;
  beforeEach(async () => (before = await stored()));

  it.each([
    ['cut short', anSbom().slice(0, -20), 400, 'documents.truncated'],
    ['empty', '', 400, 'documents.empty'],
    ['of blanks', '   ', 400, 'documents.empty'],
    ['no JSON', '<bom/>', 400, 'documents.syntax'],
    ['in UTF-16', Buffer.from('\ufeff{"bomFormat":"CycloneDX"}', 'utf16le'), 400, 'documents.encoding'],
    ['too deep', `{"bomFormat":"CycloneDX","x":${deep}}`, 422, 'documents.too-deep'],
    ['too wide', wide, 422, 'documents.too-wide'],
    ['null', 'null', 422, 'ingest.unknown-document'],
    ['of another kind', '{"hello":"world"}', 422, 'ingest.unknown-document'],
    [
      'larger than allowed',
      `{"bomFormat":"${'x'.repeat(900_000)}","a":[${'"x",'.repeat(2_000_000)}1]}`,
      413,
      'documents.too-large',
    ],
    ['with a giant text', `{"bomFormat":"${'x'.repeat(2_000_000)}"}`, 422, 'documents.string-too-long'],
  ])('%s is answered with a problem document and leaves nothing behind', async (_, document, status, code) => {
    const answer = await gateway.send('POST', '/api/v1/ingest/sbom', {
      body: document,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer).toMatchObject({ status, body: { status, code, type: `https://assay.dev/problems/${code}` } });
    expect(await stored()).toBe(before);
  });

  it.each([
    ['a bomb', gzipSync(Buffer.alloc(7_000_000, 32)), 'gzip', 413, 'documents.compression-ratio'],
    ['no gzip', Buffer.from(anSbom()), 'gzip', 400, 'documents.corrupt-compression'],
    ['cut short', gzipSync(anSbom()).subarray(0, -9), 'gzip', 400, 'documents.corrupt-compression'],
    ['in an unknown encoding', Buffer.from(anSbom()), 'br', 415, 'documents.unknown-encoding'],
  ])('packed, %s, is refused', async (_, body, encoding, status, code) => {
    const answer = await gateway.send('POST', '/api/v1/ingest/sbom', {
      body,
      headers: { 'content-encoding': encoding },
    });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(await stored()).toBe(before);
  });

  it('in a form is refused as well, and so is a form without a file or one that ends early', async () => {
    const form = (name: string, content: string): FormData => {
      const data = new FormData();
      data.set(name, new Blob([content]), 'bom.json');
      return data;
    };
    const send = async (body: NonNullable<RequestInit['body']>, headers = {}) =>
      (await gateway.send('POST', '/api/v1/ingest/sbom', { body, headers })).body['code'];
    expect(await send(form('file', '{"bomFormat":'))).toBe('documents.truncated');
    expect(await send(form('other', anSbom()))).toBe('ingest.no-document');
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(await send('--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n{"bomF', headers)).toBe(
      'ingest.bad-multipart',
    );
    expect(await send('x', { 'content-type': 'multipart/form-data' })).toBe('ingest.bad-multipart');
    expect(await stored()).toBe(before);
  });

  it('that never ends is let go when its sender leaves', async () => {
    const socket = request(`${gateway.url}/api/v1/ingest/sbom`, {
      method: 'POST',
      headers: { 'x-api-key': gateway.adminKey, 'content-type': 'application/json' },
    });
    socket.on('error', () => undefined);
    socket.write('{"bomFormat":"Cyc');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await gateway.send('GET', '/health')).status).toBe(200);
    expect(await stored()).toBe(before);
  });

  it('of the collected ones is refused for its form, or left to those who read its meaning; no answer is a 5xx', async () => {
    const folder = 'test/fixtures/hostile';
    const files = readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name) && name !== 'EXPECTED.json');
    expect(files.length).toBeGreaterThan(15);
    const statuses: Record<string, number> = {};
    for (const name of files) {
      const headers: Record<string, string> = name.endsWith('.gz') ? { 'content-encoding': 'gzip' } : {};
      const body = readFileSync(join(folder, name));
      statuses[name] = (await gateway.send('POST', '/api/v1/ingest/sbom', { body, headers })).status;
    }
    expect(Object.entries(statuses).filter(([, status]) => status !== 202 && (status < 400 || status >= 500))).toEqual(
      [],
    );
    expect(statuses).toMatchObject({
      'truncated.cdx.json': 400,
      'empty.json': 400,
      'null.json': 422,
      'deep-array.json.gz': 422,
      'deep-nested-components.cdx.json.gz': 422,
      // Whichever guard meets it first: this one packs better than documents do, …
      'giant-string.cdx.json.gz': 413,
      // … and this one is one long text.
      'gzip-bomb.json.gz': 422,
      'synthetic-20000-components.cdx.json.gz': 202,
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a wrong word about the origin', () => {
  it.each([
    [`branch=${'x'.repeat(201)}`, 'branch'],
    ['repo=a%00b', 'repo'],
    ['runStartedAt=yesterday', 'runStartedAt'],
    ['wait=301', 'wait'],
    ['rpeo=a', 'rpeo'],
  ])('%s is named', async (query, field) => {
    const answer = await gateway.send('POST', `/api/v1/ingest/sbom?${query}`, { body: anSbom() });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });
});

describe('a stranger', () => {
  it('is refused before a byte of the body is read', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const socket = request(`${gateway.url}/api/v1/ingest/sbom`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '400000000' },
      });
      socket.on('response', (response) => {
        resolve(response.statusCode);
        socket.destroy();
      });
      socket.on('error', reject);
      socket.flushHeaders();
    });
    expect(status).toBe(401);
  });

  it.each([
    ['GET', '/api/v1/receipts'],
    ['GET', '/api/v1/tenants'],
    ['POST', '/api/v1/api-keys'],
    ['GET', '/api/v1/findings'],
    ['GET', '/api/v1/dead-letters'],
    ['POST', '/internal/streams/rebuild'],
    ['GET', '/internal/dead-letters'],
  ])('gets 401 at %s %s, with a wrong key as without one', async (method, path) => {
    for (const key of ['', 'assay_admin_wrong']) {
      const { status } = await gateway.send(method, path, { headers: { 'x-api-key': key } });
      expect(status).toBe(401);
    }
  });

  it('is told to the audit log, once a minute', async () => {
    const denied = await eventually('the refusals are recorded', async () => {
      const rows = await installation.rows<{ tenant: string; envelope: string }>(
        `select tenant, envelope from outbox where subject like 'ingest.access.denied%'`,
      );
      return rows.length > 0 && rows;
    });
    const routes = denied.map(({ envelope }) => (JSON.parse(envelope) as { data: { route: string } }).data.route);
    expect(routes).toContain('GET /api/v1/tenants');
    expect(new Set(routes).size).toBe(routes.length);
    expect(denied[0]!.tenant).toBe('platform');
  });

  it("is not let in by the services' door either: an admin's key opens nothing there", async () => {
    expect((await gateway.send('GET', '/internal/dead-letters')).status).toBe(401);
  });
});

describe('too much', () => {
  it('is answered with 429, by quota and by rate', async () => {
    const other = await Installation.make();
    try {
      const small = await other.gateway({ INGEST_DAILY_DOCUMENTS: '2', INGEST_REQUESTS_PER_SECOND: '4' });
      const send = () => small.send('POST', '/api/v1/ingest/sbom', { body: anSbom() });
      expect([(await send()).status, (await send()).status]).toEqual([202, 202]);
      const third = await send();
      expect(third).toMatchObject({ status: 429, body: { code: 'ingest.quota-exceeded' } });
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      const codes: unknown[] = [];
      for (let i = 0; i < 5; i += 1) {
        codes.push((await send()).body['code']);
      }
      expect(codes).toContain('ingest.too-many-requests');
    } finally {
      await other.stop();
    }
  });
});
