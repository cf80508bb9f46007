import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { silenceBoundAgent } from './silence-bound-agent.js';

it('a server that never answers ends the request', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const failure = await new Promise<Error>((resolve) => {
    get({ host: '127.0.0.1', port, agent: silenceBoundAgent(false, 50) }).on('error', resolve);
  });
  expect(failure.message).toBe('no answer for 0.05 s');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
