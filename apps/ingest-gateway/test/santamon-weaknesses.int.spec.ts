import { request } from 'node:http';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Installation } from './harness.js';
import { aSignal, SantamonAgent } from './santamon-agent.js';

const sharedKey = 'one-key-for-all-of-them';
let installation: Installation;
let gateway: Gateway;
let shared: SantamonAgent;
let number = 0;

const another = (values: Record<string, unknown> = {}) => aSignal({ signal_id: `id-${(number += 1)}`, ...values });

beforeAll(async () => {
  installation = await Installation.make();
  gateway = await installation.gateway({ SANTAMON_API_KEY: sharedKey });
  shared = new SantamonAgent(installation, gateway, sharedKey);
});
afterAll(() => installation.stop());

/** An agent whose key may speak for these hosts alone. */
async function agentOf(hosts: string[]): Promise<SantamonAgent> {
  const key = await gateway.key({ kind: 'santamon', role: 'agent', scope: { hosts } });
  return new SantamonAgent(installation, gateway, key);
}

describe('a weakness of Santamon that Assay does not have', () => {
  it('reading, status changes, statistics and the page need no credentials', async () => {
    const calls = [
      ['GET', '/signals'],
      ['GET', '/santamon/signals'],
      ['PATCH', '/signals/x/status'],
      ['GET', '/stats'],
      ['GET', '/agents'],
      ['POST', '/agents/heartbeat'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await gateway.send(method, path, { headers: { 'x-api-key': '' } });
      expect([path, answer.status, answer.body]).toEqual([path, 401, { detail: 'Invalid API key' }]);
    }
  });

  it('one shared ingest key, and `host_id`/`agent_id` come from the body: any host can impersonate another or bury its signals', async () => {
    const own = await agentOf(['mac-1', 'mac-2']);
    const [mine, foreign] = [another({ host_id: 'mac-1' }), another({ host_id: 'mac-3' })];
    expect((await own.ingest(mine)).body.set_aside).toBeUndefined();
    const { status, body } = await own.ingest(foreign);
    expect([status, body.set_aside?.code]).toEqual([200, 'signals.foreign-host']);
    expect(await shared.toldOf(foreign['signal_id'] as string)).toEqual([]);
    const beat = { agent_id: 'mac-3', timestamp: '2031-01-01T00:00:00Z', version: '1', os_version: '15' };
    const headers = { 'x-api-key': own.key };
    expect(await gateway.send('POST', '/agents/heartbeat', { headers, json: beat })).toMatchObject({ status: 403 });
    expect(
      await gateway.send('POST', '/agents/heartbeat', { headers, json: { ...beat, agent_id: 'mac-2' } }),
    ).toMatchObject({ status: 200, body: { status: 'ok', agent_id: 'mac-2' } });
  });

  it('body is validated before the key: unauthenticated callers exercise the parser and learn the schema', async () => {
    const { status, sentBody } = await unfinishedPost({ 'x-api-key': 'wrong-key-of-somebody' });
    expect([status, sentBody]).toEqual([401, false]);
    const headers = { 'x-api-key': 'wrong-key-of-somebody' };
    for (const path of ['/ingest', '/agents/heartbeat']) {
      expect(await gateway.send('POST', path, { headers, body: '{' })).toMatchObject({ status: 401 });
    }
  });

  it('no request size limit apart from the context check made after full parsing: memory exhaustion', async () => {
    const { status, body } = await shared.ingest(another({ context: { a: 'x'.repeat(34_000_000) } }));
    expect([status, body]).toEqual([413, { detail: expect.any(String) }]);
  });

  it('no rate limits, no lockout on wrong keys', async () => {
    const other = await Installation.make();
    try {
      const slow = await other.gateway({ SANTAMON_API_KEY: sharedKey, INGEST_REQUESTS_PER_SECOND: '5' });
      const agent = new SantamonAgent(other, slow, sharedKey);
      const answers = await Promise.all(Array.from({ length: 20 }, () => agent.ingest(another())));
      const refused = answers.find(({ status }) => status !== 200);
      expect(refused?.status).toBe(503);
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);

      const statuses: number[] = [];
      for (let guess = 0; guess < 105; guess += 1) {
        statuses.push((await new SantamonAgent(other, slow, `guessed-key-number-${guess}`).ingest(another())).status);
      }
      expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
      expect(statuses.slice(-5)).toEqual([503, 503, 503, 503, 503]);
      // Its own five a second are used up for a moment; the minute of the guesses is not over.
      await eventually('the key in use', async () => (await agent.ingest(another())).status === 200);
    } finally {
      await other.stop();
    }
  });

  it('first write wins with caller-chosen ids: a rogue client can pre-register an id and so suppress a real signal', async () => {
    const rogue = await agentOf(['mac-rogue']);
    const real = await agentOf(['mac-victim']);
    const signal = another({ host_id: 'mac-victim', title: 'the real one' });
    expect((await rogue.ingest({ ...signal, title: 'a false one' })).body.set_aside?.code).toBe('signals.foreign-host');
    expect((await rogue.ingest({ ...signal, host_id: 'mac-rogue' })).body).toMatchObject({ duplicate: false });
    expect((await real.ingest(signal)).body).toMatchObject({ duplicate: false });
    const told = await shared.toldOf(signal['signal_id'] as string);
    expect(told.map(({ hostId, title }) => [hostId, title])).toContainEqual(['mac-victim', 'the real one']);
  });

  it('`tags: null` from tag-less rules is refused: such rules never deliver, and block others through the circuit breaker', async () => {
    const signal = another({ tags: null });
    expect(await shared.ingest(signal)).toMatchObject({ status: 200 });
    expect(await shared.toldOf(signal['signal_id'] as string)).toMatchObject([{ tags: [], mended: [] }]);
  });

  it('4xx poison signals are requeued for ever: over-long title, rule id or context stalls a host', async () => {
    const signal = another({ title: 't'.repeat(600), rule_id: 'r'.repeat(100), context: { a: 'x'.repeat(120_000) } });
    const { status, body } = await shared.ingest(signal);
    expect([status, body.mended]).toEqual([200, ['rule_id', 'context', 'title']]);
    expect((await shared.ingest(signal)).body).toMatchObject({ duplicate: true });
    expect(await shared.toldOf(signal['signal_id'] as string)).toHaveLength(1);
  });

  it('severity `info` is documented but refused on ingest', async () => {
    const signal = another({ severity: 'info' });
    expect(await shared.ingest(signal)).toMatchObject({ status: 200 });
    expect(await shared.toldOf(signal['signal_id'] as string)).toMatchObject([{ severity: 'info' }]);
  });

  it('documented and real ingest replies differ', async () => {
    const signal = another();
    const id = signal['signal_id'];
    const reply = { status: 'received', signal_id: id, id, duplicate: false };
    expect((await shared.ingest(signal)).body).toEqual(reply);
    expect((await shared.ingest(signal, '/santamon/ingest')).body).toEqual({ ...reply, duplicate: true });
  });

  it('a duplicate id with different content is dropped silently', async () => {
    const signal = another();
    await shared.ingest(signal);
    const { body } = await shared.ingest({ ...signal, severity: 'low' });
    expect(body).toMatchObject({ duplicate: true, set_aside: { code: 'signals.other-content' } });
    expect((await shared.deadLetters())[0]).toMatchObject({ code: 'signals.other-content' });
  });

  it('one request per signal with no batch route: high overhead in a burst', async () => {
    const lines = Array.from({ length: 1_000 }, () => JSON.stringify(another({ rule_id: 'BURST' })));
    const headers = { 'x-api-key': sharedKey, 'content-type': 'application/x-ndjson' };
    const answer = await gateway.send('POST', '/api/v1/signals', { headers, body: lines.join('\n') });
    expect([answer.status, answer.body]).toMatchObject([200, { accepted: 1_000, duplicates: 0, setAside: 0 }]);
  });
});

/** Begins a long body that it never sends, and sees what is answered meanwhile. */
async function unfinishedPost(headers: Record<string, string>): Promise<{ status: number; sentBody: boolean }> {
  return new Promise((resolve, reject) => {
    const sending = request(`${gateway.url}/ingest`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': '1000000' },
    });
    sending.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, sentBody: sending.writableFinished });
      sending.destroy();
    });
    sending.on('error', reject);
    sending.write('{');
  });
}
