import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { InternalIdentity, type Principal, servicePrincipal } from '@assay/identity';
import { currentTraceparent, withTraceparent } from '@assay/telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InternalHttp } from '../src/http-client/index.js';
import { internalKey, startThings } from './http-application.fixture.js';

const caller: Principal = { ...servicePrincipal('test', 'default'), role: 'ci', actor: 'key:1' };
const viewer: Principal = { ...caller, role: 'viewer' };
const clients: InternalHttp[] = [];
const servers: Server[] = [];
let things: Awaited<ReturnType<typeof startThings>>;

function clientOf(...baseUrls: string[]): InternalHttp {
  const client = new InternalHttp(new InternalIdentity(internalKey), (name) => (name === 'things' ? baseUrls : []));
  clients.push(client);
  return client;
}

/** A server of any behaviour; gives its address. */
async function serverThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  const url = await serverThat(() => {});
  await new Promise((resolve) => servers.pop()!.close(resolve));
  return url;
}

beforeAll(async () => {
  things = await startThings();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => client.close()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

afterAll(async () => things.http.close());

describe('a service that asks another', () => {
  it('speaks for its caller, in the same trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const json = { name: 'x', parts: [{ amount: 1 }] };
    const answer = await withTraceparent(traceparent, async () => {
      expect(currentTraceparent()).toBe(traceparent);
      return clientOf(things.url).json<{ by: string; trace: string }>('things', {
        method: 'POST',
        path: '/things',
        principal: caller,
        json,
      });
    });
    expect(answer.by).toBe('key:1');
    expect(answer.trace.split('-')[1]).toBe(traceparent.split('-')[1]);
  });

  it('meets the error that was thrown there', async () => {
    const client = clientOf(things.url);
    const asking = (kind: string) =>
      client.json('things', { method: 'GET', path: `/things/errors/${kind}`, principal: viewer });
    await expect(asking('conflict')).rejects.toMatchObject({
      kind: 'conflict',
      code: 'things.broken',
      message: 'In words.',
      fields: [{ field: 'name', message: 'is odd' }],
    });
    await expect(asking('unavailable')).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 5 });
    await expect(asking('bug')).rejects.toMatchObject({ kind: 'bug', code: 'internal' });
    await expect(
      client.json('things', { method: 'GET', path: '/things', principal: { ...caller, role: 'agent' } }),
    ).rejects.toMatchObject({ kind: 'forbidden', code: 'identity.role-refused' });
  });

  it('sends and receives streams', async () => {
    const client = clientOf(things.url);
    const chunks = Array.from({ length: 50 }, () => Buffer.alloc(100_000, 'x'));
    const sent = await client.stream('things', {
      method: 'POST',
      path: '/things/raw',
      principal: caller,
      headers: { 'content-type': 'application/octet-stream' },
      body: Readable.from(chunks),
    });
    expect(await new Response(Readable.toWeb(sent.body) as ReadableStream).json()).toMatchObject({ bytes: 5_000_000 });

    const received = await client.stream('things', { method: 'GET', path: '/things/stream', principal: viewer });
    expect(received.headers['content-type']).toBe('text/plain');
    let bytes = 0;
    for await (const chunk of received.body as AsyncIterable<Buffer>) bytes += chunk.length;
    expect(bytes).toBe(200_000);
  });

  it('can pass an answer on as it is', async () => {
    const response = await clientOf(things.url).request('things', { method: 'GET', path: '/none', principal: viewer });
    expect(response.status).toBe(404);
    expect(response.headers['content-type']).toBe('application/problem+json');
    await response.body.resume().toArray();
  });
});

describe('replicas', () => {
  it('are asked in turn', async () => {
    const answers = ['a', 'b'].map(async (name) => serverThat((_, response) => response.end(`"${name}"`)));
    const client = clientOf(...(await Promise.all(answers)));
    const ask = async () => client.json<string>('things', { method: 'GET', path: '/', principal: viewer });
    expect([await ask(), await ask(), await ask(), await ask()].toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('stand in for one that is gone', async () => {
    const client = clientOf(await deadAddress(), things.url, await deadAddress());
    for (let n = 0; n < 6; n++) {
      const open = client.json('things', {
        method: 'POST',
        path: '/things/dialect',
        principal: viewer,
        json: { name: 'x' },
      });
      await expect(open).resolves.toEqual({ name: 'x' });
    }
  });

  it('that are all gone are said to be, with a time to come back', async () => {
    const asked = clientOf(await deadAddress(), await deadAddress()).json('things', {
      method: 'GET',
      path: '/things',
      principal: viewer,
    });
    await expect(asked).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'http.service-unreachable',
      retryAfterSeconds: 2,
    });
  });

  it('are not asked a second time for what the first one may have done', async () => {
    let requests = 0;
    const url = await serverThat((request) => {
      requests += 1;
      request.socket.destroy();
    });
    const asked = clientOf(url, url).json('things', { method: 'POST', path: '/', principal: caller, json: {} });
    await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'http.service-unreachable' });
    expect(requests).toBe(1);
  });

  it('that do not answer in time are given up', async () => {
    const url = await serverThat(() => {});
    const asked = clientOf(url).json('things', { method: 'GET', path: '/', principal: caller, timeoutMs: 200 });
    await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'http.service-timeout' });
  });

  it('of a service that nobody told us of are a fault of ours', async () => {
    const asked = clientOf(things.url).json('elsewhere', { method: 'GET', path: '/', principal: caller });
    await expect(asked).rejects.toMatchObject({ kind: 'bug', code: 'http.unknown-service' });
  });
});
