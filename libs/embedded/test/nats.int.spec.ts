import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, keepAlive, obtainNatsServer, startNats, type RunningNats } from '../src/index.js';
import { temporaryFolders } from './temporary-folders.js';

/** The client reads host and port of an address only; user and password are options. */
async function dial(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password, maxReconnectAttempts: 0 });
}

describe('the embedded nats-server', () => {
  let bin: string;
  let folders: ReturnType<typeof temporaryFolders>;
  const running = new Set<RunningNats>();
  const start = async (port?: number): Promise<RunningNats> => {
    const dataDir = folders.dataDir('nats');
    const part = await startNats({ bin, dataDir, runDir: folders.runDir, logFile: folders.log, port });
    running.add(part);
    return part;
  };
  beforeAll(async () => {
    const cacheDir = join(import.meta.dirname, '../../../.cache/bin');
    bin = await obtainNatsServer({ cacheDir, say: () => undefined });
  });
  beforeEach(() => (folders = temporaryFolders()));
  afterEach(async () => {
    for (const part of running) await part.stop();
    running.clear();
    folders.remove();
  });

  it('comes back after kill -9 with its streams, on its port', async () => {
    const first = await start();
    const before = await dial(first.url);
    await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['assay.scanning.>'] });
    await jetstream(before).publish('assay.scanning.x', 'hello');
    const closed = before.closed();
    const death = new Promise<void>((resolve) => first.onExit(resolve));
    process.kill(first.pid, 'SIGKILL');
    await Promise.all([closed, death]);

    const second = await start();
    expect(second).toMatchObject({ adopted: false, port: first.port });
    const after = await dial(second.url);
    const message = await (await jetstreamManager(after)).streams.getMessage('KEPT', { seq: 1 });
    expect(message?.string()).toBe('hello');
    await after.close();
  });

  it('is adopted by a second start, and stop leaves nothing running', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
    await second.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  it('is kept alive', async () => {
    const kept = await keepAlive({ name: 'NATS', start: (previous) => start(previous?.port), say: () => undefined });
    const { port, pid } = kept.part;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => kept.restarts, { timeout: 20_000 }).toBe(1);
    expect(kept.part).toMatchObject({ port });
    expect(kept.part.pid).not.toBe(pid);
  });

  it('lets nobody in without a password, and a service publish in its own part only', async () => {
    const part = await start();
    await expect(connect({ servers: `127.0.0.1:${part.port}` })).rejects.toThrow(/authorization/i);

    const admin = await dial(part.url);
    const streams = (await jetstreamManager(admin)).streams;
    await streams.add({ name: 'SCANNING', subjects: ['assay.scanning.>'] });
    const scanner = await dial(part.urlFor('scanner'));
    const signer = await dial(part.urlFor('signer'));
    expect((await jetstream(scanner).publish('assay.scanning.done', 'x')).seq).toBe(1);
    await expect(jetstream(signer).publish('assay.scanning.done', 'x')).rejects.toThrow(/permissions violation/i);
    await expect((await jetstreamManager(scanner)).streams.delete('SCANNING')).rejects.toThrow(
      /permissions violation/i,
    );
    expect((await streams.info('SCANNING')).state.messages).toBe(1);
    for (const connection of [admin, scanner, signer]) await connection.close();
  });
});
