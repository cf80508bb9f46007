import { Allow, Caller, type Principal } from '@assay/identity';
import { defineEnv } from '@assay/config';
import { AssayError } from '@assay/kernel';
import { defineService, RawBody, type RunningService, startService } from '@assay/service-host';
import { aDatabase, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { All, Controller, Get, Module, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Installation } from './harness.js';

@Controller('api/v1/findings')
@Allow('admin', 'viewer')
class FindingsController {
  @Get()
  list(@Req() { url, headers }: FastifyRequest, @Caller() caller: Principal): object {
    return { url, tenant: caller.tenant, actor: caller.actor, key: headers['x-api-key'] ?? null };
  }

  @Post('echo')
  @RawBody()
  async echo(@Req() request: FastifyRequest): Promise<object> {
    let bytes = 0;
    for await (const chunk of request.body as Readable) bytes += (chunk as Buffer).length;
    return { bytes, type: request.headers['content-type'] };
  }

  @All('broken/:id')
  broken(@Param('id') id: string): never {
    throw new AssayError('not-found', 'findings.unknown', `There is no finding ${id}.`);
  }
}

@Module({ controllers: [FindingsController] })
class FindingsModule {}

const scanner = defineService({
  name: 'scanner',
  module: () => FindingsModule,
  env: defineEnv({ name: 'scanner', shape: {} }),
  migrations: [],
});

let installation: Installation;
let gateway: Gateway;
let owner: RunningService;

beforeAll(async () => {
  installation = await Installation.make();
  owner = await startService(scanner, {
    DATABASE_URL: await aDatabase(scanner),
    NATS_URL: natsUrl(),
    NATS_PREFIX: installation.prefix,
    ASSAY_DATA_DIR: installation.dataDir,
    ASSAY_INTERNAL_KEY: testInternalKey,
    ASSAY_MASTER_KEY: testMasterKey,
    LOG_LEVEL: 'fatal',
  });
  gateway = await installation.gateway({ SCANNER_URL: owner.url, SIGNER_URL: 'http://127.0.0.1:1' });
});

afterAll(async () => {
  await installation.stop();
  await owner.stop();
});

describe("another service's path", () => {
  it('is answered by its owner, who learns who asks and not with which key', async () => {
    const { status, body } = await gateway.send('GET', '/api/v1/findings?severity=high&repo=a%2Fb');
    expect(status).toBe(200);
    expect(body).toMatchObject({ url: '/api/v1/findings?severity=high&repo=a%2Fb', tenant: 'default', key: null });
    expect(body['actor']).toMatch(/^key:/);
  });

  it('believes no identity from outside', async () => {
    const { status } = await gateway.send('GET', '/api/v1/findings', {
      headers: { 'x-api-key': '', 'x-assay-identity': 'forged' },
    });
    expect(status).toBe(401);
  });

  it('streams bodies through, whatever they are', async () => {
    const body = Buffer.alloc(3_000_000, 7);
    const headers = { 'content-type': 'application/x-whatever' };
    const answer = await gateway.send('POST', '/api/v1/findings/echo', { body, headers });
    expect(answer).toMatchObject({ status: 201, body: { bytes: 3_000_000, type: 'application/x-whatever' } });
  });

  it("passes the owner's problems on, and its roles", async () => {
    expect(await gateway.send('GET', '/api/v1/findings/broken/x%2Fy')).toMatchObject({
      status: 404,
      body: { code: 'findings.unknown', detail: 'There is no finding x/y.' },
    });
    const ci = await gateway.key({ role: 'ci' });
    expect((await gateway.send('GET', '/api/v1/findings', { headers: { 'x-api-key': ci } })).status).toBe(403);
  });

  it('is 503 while its owner is away, and 404 where nobody owns it', async () => {
    const away = await gateway.send('GET', '/api/v1/keys');
    expect(away).toMatchObject({ status: 503, body: { code: 'http.service-unreachable' } });
    expect(away.headers.get('retry-after')).toBe('2');
    expect((await gateway.send('GET', '/api/v1/nothing')).status).toBe(404);
    expect((await gateway.send('GET', '/api/v1/findingsmore')).status).toBe(404);
  });
});

describe('the whole API', () => {
  it('is described in one document, services that are away left out', async () => {
    const { status, body } = await gateway.send<{ paths: Record<string, unknown> }>('GET', '/openapi.json', {
      headers: { 'x-api-key': '' },
    });
    expect(status).toBe(200);
    const paths = Object.keys(body.paths);
    for (const path of ['/api/v1/ingest/sbom', '/api/v1/receipts/{id}', '/api/v1/findings', '/health']) {
      expect(paths).toContain(path);
    }
    expect(paths.filter((path) => path.startsWith('/internal') || path.includes('*'))).toEqual([]);
  });

  it('has a page to try it, with nothing from elsewhere', async () => {
    const page = await (await fetch(`${gateway.url}/docs`)).text();
    expect(page).not.toMatch(/https?:/);
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const response = await fetch(`${gateway.url}${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      await response.arrayBuffer();
    }
  });

  it('says what it is, and that it is well', async () => {
    expect((await gateway.send('GET', '/health', { headers: { 'x-api-key': '' } })).body).toMatchObject({
      status: 'ok',
    });
    expect((await gateway.send('GET', '/')).body).toMatchObject({ name: 'Assay', endpoints: {} });
  });
});

describe('an operator', () => {
  it('sees dead letters of all services that answer', async () => {
    const { status, body } = await gateway.send('GET', '/api/v1/dead-letters');
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [], nextCursor: null, missing: expect.arrayContaining(['signer']) });
    const unknown = '01982c51-91c0-7505-b6ce-b6f01c126d42';
    const replay = await gateway.send('POST', `/api/v1/dead-letters/${unknown}/replay?service=scanner`);
    expect(replay).toMatchObject({ status: 404, body: { code: 'operations.unknown-dead-letter' } });
  });

  it('rebuilds the streams', async () => {
    const { status, body } = await gateway.send<{ streams: { service: string; events: number | null }[] }>(
      'POST',
      '/api/v1/streams/rebuild',
    );
    expect(status).toBe(200);
    const events = new Map(body.streams.map((stream) => [stream.service, stream.events]));
    expect(events.get('ingest-gateway')).toBeGreaterThan(0);
    expect(events.get('scanner')).toBe(0);
    expect(events.get('signer')).toBeNull();
  });

  it('sees the day in numbers', async () => {
    const { body } = await gateway.send('GET', '/api/v1/overview');
    expect(body).toMatchObject({
      receipts: { accepted: 0, done: 0 },
      blocked: 0,
      services: expect.arrayContaining([
        { service: 'scanner', ready: true },
        { service: 'signer', ready: false },
      ]),
    });
  });
});
