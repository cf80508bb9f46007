import { gzipSync, zstdCompressSync } from 'node:zlib';
import { heartbeatsReceivedV1, signalsSetAsideV1 } from '@assay/contracts';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Installation } from './harness.js';
import { aSignal, SantamonAgent } from './santamon-agent.js';

/** Where nothing listens. */
const nowhere = 'http://127.0.0.1:1';

let installation: Installation;
let gateway: Gateway;
let twin: Gateway;
let bus: BusRecorder;
let key: string;
let number = 0;

const another = (values: Record<string, unknown> = {}) => aSignal({ signal_id: `id-${(number += 1)}`, ...values });

beforeAll(async () => {
  installation = await Installation.make();
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway({ CASE_ENGINE_URL: nowhere, COMPLIANCE_URL: nowhere });
  twin = await installation.gateway();
  key = await gateway.key({ kind: 'santamon', role: 'agent' });
});
afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

interface BatchAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly setAside: number;
  readonly mended: number;
  readonly problems: { readonly index: number; readonly code: string; readonly signalId: string | null }[];
}

const batch = (body: string | Buffer, headers: Record<string, string> = {}, at = gateway) =>
  at.send<BatchAnswer>('POST', '/api/v1/signals', { headers: { 'x-api-key': key, ...headers }, body });

describe('a batch', () => {
  it('is an array, packed or not', async () => {
    const signals = Array.from({ length: 300 }, () => another());
    const packed = gzipSync(JSON.stringify(signals));
    const { body } = await batch(packed, { 'content-encoding': 'gzip' });
    expect(body).toEqual({ accepted: 300, duplicates: 0, setAside: 0, mended: 0, problems: [] });
    const again = await batch(JSON.stringify(signals, null, 2));
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 300 });
  });

  it('is lines, and what is wrong with one is said of that one', async () => {
    const good = another();
    const lines = [
      JSON.stringify(good),
      '{"signal_id":',
      JSON.stringify(another({ rule_id: undefined })),
      JSON.stringify(good),
      JSON.stringify({ ...good, title: 'other' }),
      JSON.stringify(another({ severity: 'awful' })),
    ];
    const body = zstdCompressSync(lines.join('\n'));
    const answer = await batch(body, { 'content-encoding': 'zstd', 'content-type': 'application/x-ndjson' });
    expect(answer.body).toMatchObject({ accepted: 2, duplicates: 1, setAside: 3, mended: 1 });
    expect(answer.body.problems.map(({ index, code }) => [index, code])).toEqual([
      [1, 'signals.not-json'],
      [2, 'signals.incomplete'],
      [4, 'signals.other-content'],
    ]);
  });

  it.each([
    ['"text"', 400, 'signals.malformed-batch'],
    ['', 400, 'signals.malformed-batch'],
    ['[{}', 400, 'signals.malformed-batch'],
  ])('that is none is refused: %s', async (body, status, code) => {
    expect(await batch(body)).toMatchObject({ status, body: { code } });
  });

  it('that breaks off has what came before it, and may be sent again', async () => {
    const signals = Array.from({ length: 10 }, () => JSON.stringify(another()));
    expect((await batch(`[${signals.join(',')},{"signal`)).status).toBe(400);
    expect((await batch(`[${signals.join(',')}]`)).body).toMatchObject({ accepted: 0, duplicates: 10 });
  });
});

describe('two gateways', () => {
  it('take in a signal once, however often and wherever it is sent at once', async () => {
    const signals = Array.from({ length: 40 }, () => another({ rule_id: 'TWIN' }));
    const answers = await Promise.all(
      signals.flatMap((signal) =>
        [gateway, twin, twin, gateway].map((at) => new SantamonAgent(installation, at, key).ingest(signal)),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(signals.length);
    const told = (await new SantamonAgent(installation, gateway, key).told()).map(({ signalId }) => signalId);
    for (const { signal_id: id } of signals) expect(told.filter((each) => each === id)).toHaveLength(1);
  });

  it('do not wait for each other in a circle', async () => {
    const lines = Array.from({ length: 3_000 }, () => JSON.stringify(another({ rule_id: 'CIRCLE' })));
    const [one, other] = await Promise.all([
      batch(lines.join('\n'), {}, gateway),
      batch(lines.toReversed().join('\n'), {}, twin),
    ]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.body.accepted + other.body.accepted).toBe(lines.length);
    expect(one.body.duplicates + other.body.duplicates).toBe(lines.length);
  });
});

describe('keys of agents', () => {
  const create = (json: Record<string, unknown>) =>
    gateway.send<{ id: string; key: string; kind: string; role: string }>('POST', '/api/v1/api-keys', { json });

  it('are what agents have already, or made', async () => {
    const given = 'a key with blanks that people chose';
    const { status, body } = await create({ name: 'old fleet', kind: 'santamon', key: given });
    expect([status, body.key, body.kind, body.role]).toEqual([201, given, 'santamon', 'agent']);
    expect((await new SantamonAgent(installation, gateway, given).ingest(another())).status).toBe(200);
    expect(await create({ name: 'again', kind: 'santamon', key: given })).toMatchObject({ status: 409 });
    const made = await create({ name: 'new fleet', kind: 'santamon', scope: { hosts: ['mac-1'] } });
    expect(made.body.key.length).toBeGreaterThan(40);
  });

  it.each([
    { name: 'short', kind: 'santamon', key: 'fifteen-letters' },
    { name: 'mighty', kind: 'santamon', role: 'admin' },
    { name: 'other', role: 'agent', key: 'a-key-of-one’s-own-choice' },
    { name: 'other', role: 'agent', key: 'a-key-of-ones-own-choice' },
    { name: 'roleless' },
  ])('are refused otherwise (%#)', async (json) => {
    expect((await create(json)).status).toBe(422);
  });

  it('given too short by the environment keep the gateway from starting, with a sentence that says why', async () => {
    await expect(installation.gateway({ SANTAMON_API_KEY: 'fifteen-letters' })).rejects.toThrow(
      /SANTAMON_API_KEY.*16/s,
    );
  });

  it('given by the environment anew end those before', async () => {
    const other = await Installation.make();
    try {
      const [first, second] = ['the-first-shared-key', 'the-second-shared-key'];
      await (await other.gateway({ SANTAMON_API_KEY: first })).stop();
      const now = await other.gateway({ SANTAMON_API_KEY: second });
      expect((await new SantamonAgent(other, now, first).ingest(another())).status).toBe(401);
      expect((await new SantamonAgent(other, now, second).ingest(another())).status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it('open nothing else', async () => {
    for (const path of ['/api/v1/dead-letters', '/api/v1/api-keys', '/api/v1/overview']) {
      expect(await gateway.send('GET', path, { headers: { 'x-api-key': key } })).toMatchObject({ status: 403 });
    }
  });
});

describe('a signal for a foreign host', () => {
  it('is taken in once its key may speak for the host, and told of until then', async () => {
    const made = await gateway.send<{ id: string; key: string }>('POST', '/api/v1/api-keys', {
      json: { name: 'bound', kind: 'santamon', scope: { hosts: ['mac-1'] } },
    });
    const agent = new SantamonAgent(installation, gateway, made.body.key);
    const signal = another({ host_id: 'mac-2', context: { a: 'x'.repeat(60_000) } });
    expect((await agent.ingest(signal)).body.set_aside?.code).toBe('signals.foreign-host');
    const aside = await eventually('it is told of', () =>
      bus
        .ofType(signalsSetAsideV1.type)
        .flatMap(({ data }) => (data as { signals: { signalId: string; deadLetterId: string }[] }).signals)
        .find(({ signalId }) => signalId === signal['signal_id']),
    );
    const replay = () => gateway.send('POST', `/api/v1/dead-letters/${aside.deadLetterId}/replay`);
    expect((await replay()).body).toEqual({ replayed: false });
    const wider = { json: { scope: { hosts: ['mac-1', 'mac-2'] } } };
    expect(await gateway.send('PATCH', `/api/v1/api-keys/${made.body.id}`, wider)).toMatchObject({
      status: 200,
      body: { scope: { repositories: null, hosts: ['mac-1', 'mac-2'] } },
    });
    expect((await replay()).body).toEqual({ replayed: true });
    expect(await agent.toldOf(signal['signal_id'] as string)).toHaveLength(1);
    expect((await agent.ingest(signal)).body).toMatchObject({ duplicate: true });
  });
});

describe('heartbeats', () => {
  it('are told once a second, the newest of each agent', async () => {
    const beat = { timestamp: '2031-05-06T07:08:09.1Z', version: '0.1.1', os_version: '15.2', uptime_seconds: 1 };
    const headers = { 'x-api-key': key };
    for (let uptime = 1; uptime <= 5; uptime += 1) {
      const json = { agent_id: 'mac-beat', ...beat, uptime_seconds: uptime };
      expect(await gateway.send('POST', '/santamon/agents/heartbeat', { headers, json })).toMatchObject({
        status: 200,
        body: { status: 'ok', agent_id: 'mac-beat' },
      });
    }
    const newest = await eventually('they are told', () =>
      bus
        .ofType(heartbeatsReceivedV1.type)
        .flatMap(({ data }) => heartbeatsReceivedV1.schema.parse(data).heartbeats)
        .find(({ id, uptimeSeconds }) => id === 'mac-beat' && uptimeSeconds === 5),
    );
    expect(newest).toMatchObject({ dialect: 'santamon', version: '0.1.1', osVersion: '15.2', connected: false });
    const wrong = await gateway.send('POST', '/agents/heartbeat', { headers, json: { agent_id: 'x' } });
    expect(wrong).toMatchObject({
      status: 422,
      body: {
        detail: expect.arrayContaining([{ type: 'value_error', loc: ['body', 'timestamp'], msg: 'Field required' }]),
      },
    });
  });
});

describe('while the services behind are away', () => {
  it('lists answer in the words of Santamon, with the time to come back', async () => {
    for (const path of ['/signals', '/stats', '/santamon/agents']) {
      const { status, body, headers } = await gateway.send('GET', path);
      expect([path, status, Object.keys(body)]).toEqual([path, 503, ['detail']]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('the gateway itself is well, and says so as Santamon does', async () => {
    const none = { headers: { 'x-api-key': '' } };
    expect((await gateway.send('GET', '/health', none)).body).toMatchObject({ status: 'ok' });
    expect((await gateway.send('GET', '/santamon/health', none)).body).toMatchObject({
      status: 'healthy',
      timestamp: expect.any(String),
    });
    expect((await gateway.send('GET', '/santamon', none)).body).toMatchObject({
      name: expect.any(String),
      endpoints: {},
    });
    const page = await fetch(`${gateway.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, '/docs']);
  });
});
