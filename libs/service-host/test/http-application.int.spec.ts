import { createHash } from 'node:crypto';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { InternalIdentity, type Role, servicePrincipal } from '@assay/identity';
import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpApplication, openApiOfModule } from '../src/http/index.js';
import { internalKey, startThings, ThingsModule } from './http-application.fixture.js';

const identity = new InternalIdentity(internalKey);
let things: Awaited<ReturnType<typeof startThings>>;
let dependencyIsThere = true;

beforeAll(async () => {
  const check = async () => {
    if (!dependencyIsThere) throw new Error('connect ECONNREFUSED postgres://user:password@db');
  };
  const away = new Promise<void>(() => {});
  things = await startThings({
    probes: () => [
      { name: 'postgres', check },
      { name: 'nats', check: async () => (dependencyIsThere ? undefined : away) },
    ],
    inDialect: ({ status, detail }, { url }) =>
      url.startsWith('/things/dialect') ? { status, headers: { 'x-dialect': '1' }, body: { error: detail } } : null,
  });
});

afterAll(async () => things.http.close());

async function as(role: Role, platformAdmin = false): Promise<Record<string, string>> {
  const principal = { ...servicePrincipal('test', 'default'), role, platformAdmin };
  return { 'x-assay-identity': await identity.sign(principal) };
}

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(`${things.url}${path}`, init);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    response,
    status: response.status,
    type,
    text,
    body: type.includes('json') && text !== '' ? JSON.parse(text) : null,
  };
}

async function post(path: string, body: unknown, headers: Record<string, string>) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call(path, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } });
}

describe('a stranger', () => {
  it('gets 401 before a body of 2 MB that is no JSON is read', async () => {
    const answer = await post('/things', '{'.repeat(2_000_000), {});
    expect(answer).toMatchObject({ status: 401, type: 'application/problem+json' });
    expect(answer.body).toMatchObject({ code: 'identity.unauthenticated', status: 401, errors: [] });
    expect(answer.response.headers.get('www-authenticate')).toBe('Bearer realm="assay"');
  });

  it('gets it while the body is still to come', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '1000000' };
      const request = httpRequest(`${things.url}/things`, { method: 'POST', headers }, (response) => {
        resolve(response);
        request.destroy();
      });
      request.on('error', reject);
      request.write('{"name":');
    });
    expect(answer.statusCode).toBe(401);
  });

  it('with an identity of another installation gets it too', async () => {
    const token = await new InternalIdentity('some other key').sign(servicePrincipal('test', 'default'));
    expect(await call('/things', { headers: { 'x-assay-identity': token } })).toMatchObject({
      status: 401,
      body: { code: 'identity.token-foreign' },
    });
  });

  it('may call public routes, and learns of others only that they do not exist', async () => {
    expect(await call('/things/open')).toMatchObject({ status: 200, body: { open: true } });
    expect(await call('/things/open', { method: 'HEAD' })).toMatchObject({ status: 200 });
    expect(await call('/nowhere/at/all')).toMatchObject({ status: 404, body: { code: 'http.no-such-route' } });
  });
});

describe('a role', () => {
  it('may do what a route allows it, and nothing else', async () => {
    expect(await call('/things', { headers: await as('viewer') })).toMatchObject({ status: 200 });
    expect(await call('/things', { headers: await as('agent') })).toMatchObject({
      status: 403,
      body: { code: 'identity.role-refused' },
    });
    expect(await call('/things/platform', { headers: await as('admin') })).toMatchObject({ status: 403 });
    expect(await call('/things/platform', { headers: await as('admin', true) })).toMatchObject({ status: 200 });
  });

  it('that no route names keeps the application from starting', async () => {
    @Controller('silent')
    class SilentController {
      @Get() list() {}
    }
    @Module({ controllers: [SilentController] })
    class SilentModule {}
    await expect(startSilent(SilentModule)).rejects.toMatchObject({ code: 'identity.undeclared-routes' });
  });

  async function startSilent(module: new () => unknown) {
    const { logger, createMetrics } = await import('@assay/telemetry');
    const log = logger('silent', { level: 'silent' });
    return createHttpApplication(module, { log, metrics: createMetrics('silent'), callers: () => async () => null });
  }
});

describe('a body', () => {
  const order = { name: 'x', parts: [{ amount: 1 }] };

  it('arrives as its DTO, with its caller, in its trace', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post('/things', order, {
      ...(await as('ci')),
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    });
    expect(answer).toMatchObject({ status: 201, body: { name: 'x', isDto: true, by: 'service:test' } });
    expect(answer.body.trace).toContain(traceId);
  });

  it('with wrong and unknown fields is answered field by field', async () => {
    const answer = await post('/things', { parts: [{ amount: 0 }], more: 1 }, await as('ci'));
    expect(answer).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: { code: 'http.validation-failed' },
    });
    const fields = answer.body.errors.map(({ field }: { field: string }) => field);
    expect(fields.toSorted()).toEqual(['/parts/0/amount', 'more', 'name']);
  });

  it('with a NUL, which PostgreSQL cannot keep, is answered with its field', async () => {
    for (const [sent, field] of [
      [{ ...order, name: 'a\0' }, 'name'],
      [{ name: 'x', parts: [{ amount: 1, 'no\0te': 'x' }] }, '/parts/0'],
    ] as const) {
      const answer = await post('/things', sent, await as('ci'));
      expect(answer).toMatchObject({ status: 422, body: { code: 'http.validation-failed', errors: [{ field }] } });
    }
    const query = await call('/things?cursor=a%00', { headers: await as('viewer') });
    expect(query).toMatchObject({
      status: 422,
      body: { code: 'http.validation-failed', errors: [{ field: 'cursor' }] },
    });
  });

  it('that is missing is answered with the fields it should have', async () => {
    expect(await call('/things', { method: 'POST', headers: await as('ci') })).toMatchObject({ status: 422 });
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ['that is no JSON', '{"name":', {}, 400, 'http.malformed-body'],
    ['that would change a prototype', '{"__proto__":{"x":1}}', {}, 400, 'http.malformed-body'],
    ['that is very deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, {}, 400, 'http.malformed-body'],
    ['that is deep in an unknown field', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, {}, 400, 'http.malformed-body'],
    ['that is very wide', JSON.stringify(Array.from({ length: 10_001 }, () => 1)), {}, 400, 'http.malformed-body'],
    ['over a megabyte', `"${'x'.repeat(1_100_000)}"`, {}, 413, 'http.body-too-large'],
    ['of another media type', 'name: x', { 'content-type': 'application/yaml' }, 415, 'http.unsupported-media-type'],
    ['that is compressed', '{}', { 'content-encoding': 'gzip' }, 415, 'http.unsupported-media-type'],
  ])('%s is refused', async (_, body, headers, status, code) => {
    const answer = await post('/things', body, { ...(await as('ci')), ...headers });
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { code, status } });
  });

  it('of unknown length is refused at the limit', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(300_000));
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
    const headers = { ...(await as('ci')), 'content-type': 'application/json' };
    const sent = call('/things', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    await expect(sent.catch(() => ({ status: 413 }))).resolves.toMatchObject({ status: 413 });
  });

  it('that stops arriving is given up, and whoever only waits for an answer is not', async () => {
    const impatient = await startThings({ bodyIdleMs: 100 });
    const headers = { 'content-type': 'application/json', 'content-length': '100', ...(await as('ci')) };
    for (const path of ['/things', '/things/raw']) {
      const hungUp = new Promise<string>((resolve) => {
        const request = httpRequest(`${impatient.url}${path}`, { method: 'POST', headers }, () => resolve('answered'));
        request.on('error', ({ message }) => resolve(message));
        request.write('{"name":');
      });
      expect(await Promise.race([hungUp, delay(3_000, 'still there')])).toMatch(/hang up|ECONNRESET/);
    }
    const patient = await fetch(`${impatient.url}/things/slow`, {
      method: 'POST',
      body: '{}',
      headers: {
        'content-type': 'application/json',
        ...(await as('admin')),
      },
    });
    expect(patient.status).toBe(201);
    await impatient.http.close();
  });

  it('of a dialect may have fields that we do not know', async () => {
    expect(await post('/things/dialect', { name: 'x', more: 1 }, {})).toMatchObject({
      status: 201,
      body: { name: 'x' },
    });
  });

  it('reaches a raw route untouched, whatever its type and size', async () => {
    const bytes = Buffer.alloc(5_000_000, '{"not json');
    const digest = createHash('sha256').update(bytes).digest('hex');
    for (const type of [
      'application/json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      '',
    ]) {
      const headers = { ...(await as('ci')), ...(type && { 'content-type': type }), 'content-encoding': 'gzip' };
      const answer = await call('/things/raw', { method: 'POST', body: bytes, headers });
      expect(answer).toMatchObject({ status: 201, body: { bytes: bytes.length, digest } });
    }
  });
});

describe('an error', () => {
  it.each([
    ['invalid', 422],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['unavailable', 503],
  ])('that is "%s" is a problem document with status %i', async (kind, status) => {
    const { body, response, type } = await call(`/things/errors/${kind}`, { headers: await as('viewer') });
    expect(type).toBe('application/problem+json');
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
    expect(body).toEqual({
      type: 'https://assay.dev/problems/things.broken',
      title: expect.any(String),
      status,
      detail: 'In words.',
      code: 'things.broken',
      errors: [{ field: 'name', message: 'is odd' }],
    });
    expect(response.status).toBe(status);
  });

  it.each(['/things/errors/bug', '/things/broken'])('of ours (%s) shows an id that the log explains', async (path) => {
    const { text, body, status } = await call(path, { headers: await as('viewer') });
    expect(status).toBe(500);
    expect(text).not.toMatch(/select|srv|broken|\.ts/);
    const line = things.lines.find(({ errorId }) => body.instance === `urn:uuid:${String(errorId)}`);
    expect(JSON.stringify(line)).toContain('select secret');
  });

  it('in the middle of an answer cuts the connection', async () => {
    await expect(call('/things/half', { headers: await as('viewer') })).rejects.toThrow('terminated');
  });

  it('of the address itself is one too', async () => {
    expect(await call('/things/%zz')).toMatchObject({ status: 400, type: 'application/problem+json' });
    expect(await call('/things?limit=1000&count=maybe', { headers: await as('viewer') })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'limit' }, { field: 'count' }] },
    });
    expect(await call('/things?limit=7&count=true', { headers: await as('viewer') })).toMatchObject({
      body: { limit: 7, count: true },
    });
  });

  it('speaks the dialect of its route', async () => {
    const answer = await post('/things/dialect', {}, {});
    expect(answer).toMatchObject({ status: 422, body: { error: expect.any(String) } });
    expect(answer.response.headers.get('x-dialect')).toBe('1');
  });
});

describe('operations', () => {
  it('see it live, and ready while what it needs is there', async () => {
    expect(await call('/livez')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await call('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', probes: ['postgres', 'nats'] },
    });
    dependencyIsThere = false;
    const answer = await call('/readyz');
    dependencyIsThere = true;
    expect(answer).toMatchObject({ status: 503, type: 'application/problem+json' });
    expect(answer.body.errors).toEqual([
      { field: 'postgres', message: 'failed' },
      { field: 'nats', message: 'timed out' },
    ]);
    expect(answer.text).not.toContain('password');
  });

  it('measure requests by route and never by path', async () => {
    await call('/things/errors/conflict', { headers: await as('viewer') });
    await call('/some/unknown/path');
    const { text } = await call('/metrics');
    expect(text).toMatch(
      /assay_http_request_duration_seconds_count\{[^}]*route="\/things\/errors\/:kind"[^}]*status="409"/,
    );
    expect(text).toContain('route="unmatched"');
    expect(text).not.toContain('/some/unknown');
  });

  it('follow a request by its id', async () => {
    const { response } = await call('/livez', { headers: { 'x-request-id': 'ci-run-17' } });
    expect(response.headers.get('x-request-id')).toBe('ci-run-17');
    const odd = await call('/livez', { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    await expect.poll(() => things.lines.some(({ requestId }) => requestId === 'ci-run-17')).toBe(true);
  });

  it('read the interface with its roles, from the running service and without one', async () => {
    const { body } = await call('/openapi.json');
    expect(body.paths['/things'].post).toMatchObject({
      'x-assay-roles': ['ci'],
      security: [{ apiKey: [] }, { bearer: [] }],
      responses: { default: { $ref: '#/components/responses/Problem' } },
    });
    const withRoles = body.paths['/things/errors/{kind}'].get;
    expect(withRoles['x-assay-roles']).toEqual(['viewer', 'admin']);
    expect(withRoles.description).toContain('For: viewer, admin.');
    expect(Object.keys(withRoles.responses)).toEqual(expect.arrayContaining(['401', '403', '404', 'default']));
    expect(body.paths['/things/platform'].get['x-assay-roles']).toEqual(['platform-admin']);
    expect(body.paths['/things/open'].get).toMatchObject({ 'x-assay-roles': ['public'], security: [] });
    expect(await openApiOfModule(ThingsModule, { title: 'Things' })).toEqual(body);
  });
});

it('a service that ends is not ready any more, but finishes what it began', async () => {
  const ending = await startThings();
  const slow = fetch(`${ending.url}/things/slow`, { headers: await as('viewer') });
  await expect.poll(async () => (await fetch(`${ending.url}/livez`)).status).toBe(200);
  ending.http.readiness.stop();
  const notReady = await fetch(`${ending.url}/readyz`);
  expect(notReady.status).toBe(503);
  const closed = ending.http.close();
  expect(await (await slow).json()).toEqual({ done: true });
  await closed;
});

it('a service that ends does not wait for ever for a caller who never finishes', async () => {
  const ending = await startThings();
  const headers = { ...(await as('ci')), 'content-type': 'application/json', 'content-length': '1000' };
  const request = httpRequest(`${ending.url}/things`, { method: 'POST', headers });
  const cut = new Promise((resolve) => request.once('error', resolve));
  request.write('{');
  await expect.poll(async () => (await fetch(`${ending.url}/livez`)).status).toBe(200);
  await ending.http.close(100);
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });
});
