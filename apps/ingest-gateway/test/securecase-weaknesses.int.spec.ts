import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { documentReceivedV1 } from '@assay/contracts';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestGatewayService } from '../src/service.js';
import { type Gateway, Installation, type PublishingService } from './harness.js';

const route = '/api/v1/ingest/trivy';
let installation: Installation;
let gateway: Gateway;
let caseEngine: PublishingService;
let bus: BusRecorder;

beforeAll(async () => {
  installation = await Installation.make();
  caseEngine = await installation.service('case-engine');
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway({ INGEST_MAX_DOCUMENT_BYTES: '2MiB', ASSAY_ADMIN_KEY: '' });
});
afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

const metadata = {
  provider: 'github',
  org: 'acme',
  repo: 'billing-api',
  branch: 'feature/tax',
  pr_id: 41,
  target_branch: 'main',
  commit_sha: '9f2c5f1',
  run_id: '887766',
  run_url: 'https://ci.example/runs/887766',
};

function envelope(changes: Partial<Record<keyof typeof metadata, string>> = {}, report: object = {}): string {
  const image = { name: 'billing-api', tag: 'pr-41', digest: 'sha256:0d3c' };
  return JSON.stringify({ metadata: { ...metadata, ...changes }, image, trivy_report: { Results: [], ...report } });
}

const post = (body: string, headers: Record<string, string> = {}) => gateway.send('POST', route, { body, headers });

async function judged(body: string, headers: Record<string, string> = {}) {
  const before = bus.ofType(documentReceivedV1.type).length;
  const waiting = post(body, headers);
  const event = await eventually('it is accepted', () => bus.ofType(documentReceivedV1.type)[before]);
  await caseEngine.decide(event.correlationid!);
  return waiting;
}

describe('a weakness of SecureCase that Assay does not have', () => {
  it('empty `API_KEY` opens ingest: a forgotten variable disables security', async () => {
    expect(gateway.adminKey.length).toBeGreaterThan(30);
    for (const key of ['', ' ', 'undefined', 'null']) {
      expect(await post(envelope(), { 'x-api-key': key })).toMatchObject({
        status: 401,
        body: { detail: 'Unauthorized' },
      });
    }
  });

  it('key compared with ordinary inequality: timing leak; one key for all repositories, no rotation', async () => {
    const [old, next] = [await gateway.key({ name: 'old' }), await gateway.key({ name: 'next' })];
    const { body } = await gateway.send<{ items: { id: string; name: string }[] }>('GET', '/api/v1/api-keys');
    const id = body.items.find(({ name }) => name === 'old')!.id;
    expect((await judged(envelope(), { 'x-api-key': old })).status).toBe(200);
    expect((await gateway.send('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204);
    expect((await post(envelope(), { 'x-api-key': old })).status).toBe(401);
    expect((await judged(envelope(), { 'x-api-key': next })).status).toBe(200);
    // Looked up by the hash of the whole key: no comparison tells how much of a guess is right, no table holds a key.
    const rows = await installation.rows<{ row: string }>('select to_jsonb(c)::text as row from credentials c');
    for (const { row } of rows) for (const key of [old, next, gateway.adminKey]) expect(row).not.toContain(key);
  });

  it('configurable header name is read but never used: operators think they changed it', async () => {
    const settings = Object.keys(ingestGatewayService.env.shape);
    expect(settings.filter((name) => /HEADER/.test(name))).toEqual([]);
    const bearer = await judged(envelope(), { 'x-api-key': '', authorization: `Bearer ${gateway.adminKey}` });
    expect(bearer.status).toBe(200);
  });

  it('`org`, `repo`, `pr_id` come from the caller: any holder of the key can resolve another team’s case by sending a clean report', async () => {
    const key = await gateway.key({ scope: { repositories: ['acme/billing-*'] } });
    const before = bus.ofType(documentReceivedV1.type).length;
    for (const other of [{ repo: 'checkout' }, { org: 'globex' }, { org: 'acme/billing-x', repo: 'y' }]) {
      expect((await post(envelope(other), { 'x-api-key': key })).status).toBe(403);
    }
    expect(bus.ofType(documentReceivedV1.type)).toHaveLength(before);
    expect((await judged(envelope(), { 'x-api-key': key })).status).toBe(200);
  });

  it('no body size limit and the body is parsed before the key is checked: memory exhaustion without credentials', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '400000000' };
      const socket = request(`${gateway.url}${route}`, { method: 'POST', headers });
      socket.on('response', (response) => {
        resolve(response.statusCode);
        socket.destroy();
      });
      socket.on('error', reject);
      socket.flushHeaders(); // And not a byte of the body.
    });
    expect(status).toBe(401);
    expect((await post('{"metadata":', { 'x-api-key': 'wrong' })).status).toBe(401);
    expect(await post(envelope({}, { padding: Array.from({ length: 40 }, () => 'x'.repeat(80_000)) }))).toMatchObject({
      status: 413,
      body: { detail: expect.any(String) },
    });
  });

  it('compose file carries default passwords and an admin console', () => {
    const compose = readFileSync('docker-compose.yml', 'utf8');
    const secrets = compose.split('\n').filter((line) => /(PASSWORD|SECRET|_KEY)\w*\s*:/.test(line));
    expect(secrets.length).toBeGreaterThan(5);
    for (const line of secrets) expect(line).toMatch(/:\s*"?\$\{\w+:(\?|-\})/);
    expect(compose).not.toMatch(/pgadmin|adminer|phpmyadmin/i);
  });

  it.each([
    ['provider', 50],
    ['org', 200],
    ['repo', 200],
    ['branch', 200],
    ['target_branch', 200],
    ['commit_sha', 80],
    ['run_id', 200],
    ['run_url', 500],
  ] as const)('over-long values give 500 instead of 422: %s above %i characters', async (field, most) => {
    expect(await post(envelope({ [field]: 'x'.repeat(most + 1) }))).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'string_too_long', loc: ['body', 'metadata', field] }] },
    });
  });

  it('schema made at start without migrations', async () => {
    const applied = await installation.rows<{ name: string }>('select name from migrations order by id');
    const own = ingestGatewayService.migrations.map((migration) => new migration().name);
    expect(applied.map(({ name }) => name)).toEqual(expect.arrayContaining(own));
  });
});
