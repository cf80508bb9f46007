import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { blockListOf } from '@assay/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.service.js';
import { webhookUrl } from './webhook-url.js';
import { WebhookClient } from './webhook.client.js';

/** A resolver that gives planted answers, one after another; the last one stays. */
function planted(...answers: string[][]): { calls: number; resolve: () => Promise<LookupAddress[]> } {
  const state = {
    calls: 0,
    async resolve() {
      const addresses = answers[Math.min(state.calls, answers.length - 1)]!;
      state.calls += 1;
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  };
  return state;
}

let server: Server;
let requests = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:9/secret' });
    if (request.url === '/flood') response.write('x'.repeat(1_000_000));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const at = (host: string, path = '/'): string => `http://${host}:${(server.address() as AddressInfo).port}${path}`;
const home = blockListOf(['127.0.0.0/8']);

describe('a name', () => {
  it.each([[['10.0.0.7']], [['93.184.216.34', '127.0.0.1']], [['::ffff:169.254.169.254']]])(
    'that points to %j is refused',
    async (addresses) => {
      const guard = new AddressGuard(blockListOf([]), planted(addresses).resolve);
      await expect(guard.check(new URL('http://evil.example/'))).rejects.toMatchObject({
        code: 'alerting.address-refused',
      });
    },
  );

  it('that turns to a forbidden address after the check is refused at the connection', async () => {
    const rebinding = planted(['93.184.216.34'], ['127.0.0.1']);
    const client = new WebhookClient(new AddressGuard(blockListOf([]), rebinding.resolve));
    const before = requests;
    const result = await client.post(at('rebind.example'), {}, '{}');
    expect(result).toMatchObject({ blocked: true, statusCode: null });
    expect([rebinding.calls, requests]).toEqual([2, before]);
    await client.onApplicationShutdown();
  });

  it('is connected to at the address that the guard gave', async () => {
    const client = new WebhookClient(new AddressGuard(home, planted(['127.0.0.1']).resolve));
    expect(await client.post(at('receiver.example'), {}, '{}')).toMatchObject({ statusCode: 200, blocked: false });
    await client.onApplicationShutdown();
  });
});

describe('a receiver', () => {
  it('that redirects is not followed', async () => {
    const client = new WebhookClient(new AddressGuard(home));
    const before = requests;
    expect((await client.post(at('127.0.0.1', '/redirect'), {}, '{}')).statusCode).toBe(302);
    expect(requests).toBe(before + 1);
    await client.onApplicationShutdown();
  });

  it('that answers with too much is read no further than the limit', async () => {
    const client = new WebhookClient(new AddressGuard(home));
    expect((await client.post(at('127.0.0.1', '/flood'), {}, '{}')).response).toHaveLength(1_024);
    await client.onApplicationShutdown();
  });
});

describe('a URL', () => {
  it.each([
    'ftp://a.example/',
    'http://user:pw@a.example/',
    '/hooks',
    'http://',
    `https://a.example/${'x'.repeat(2_048)}`,
  ])('is refused: %s', (text) => expect(() => webhookUrl(text)).toThrow('The field url must'));
});
