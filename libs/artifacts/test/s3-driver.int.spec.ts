import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, hexOf } from '@assay/kernel';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itKeepsArtifacts } from '../src/artifact-store.contract.js';
import { artifactStoreOf, Spool, type S3Settings } from '../src/index.js';
import { s3Candidates, type S3Server } from './s3-server.js';

const mebibyte = 1024 * 1024;

/** A client of its own, to do things behind the store's back. */
function clientOf({ endpoint, accessKey, secretKey }: S3Settings): Client {
  const { hostname, port, protocol } = new URL(endpoint);
  const useSSL = protocol === 'https:';
  return new Client({ endPoint: hostname, port: Number(port || (useSSL ? 443 : 80)), useSSL, accessKey, secretKey });
}

describe.each(s3Candidates())('$name', ({ start }) => {
  let server: S3Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  itKeepsArtifacts(async () => {
    const { settings } = server;
    const store = artifactStoreOf(settings);
    await store.start();
    return {
      store,
      tamper: async (tenant, digest, bytes) => {
        await clientOf(settings).putObject(settings.bucket, `${tenant}/${hexOf(digest)}`, bytes, bytes.length);
      },
      close: () => Promise.resolve(),
    };
  });

  it('has a bucket however many processes make it at once', async () => {
    const settings = { ...server.settings, bucket: `assay-race-${process.pid}` };
    await Promise.all(Array.from({ length: 5 }, () => artifactStoreOf(settings).start()));
    await expect(artifactStoreOf(settings).check()).resolves.toBeUndefined();
  });

  it('says that it is not available without its bucket or with wrong keys', async () => {
    const unavailable = { kind: 'unavailable', code: 'artifacts.unavailable' };
    const nowhere = artifactStoreOf({ ...server.settings, bucket: 'assay-nowhere' });
    await expect(nowhere.check()).rejects.toMatchObject(unavailable);
    const stranger = artifactStoreOf({ ...server.settings, secretKey: 'not the secret key' });
    await expect(stranger.put('acme', randomBytes(10))).rejects.toMatchObject(unavailable);
  });

  it('stores and reads 300 MiB with flat memory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'assay-spool-'));
    try {
      const store = artifactStoreOf(server.settings);
      const grownBytes = await growthDuring(async () => {
        await using received = await new Spool(directory).spool(randomStream(300 * mebibyte));
        const { digest, size } = await store.put('acme', received);
        let readBytes = 0;
        for await (const chunk of await store.open('acme', digest)) readBytes += chunk.length;
        expect(readBytes).toBe(size);
      });
      // One part of 8 MiB, its copies on the way to the socket, and what the collector has not yet come to.
      expect(grownBytes).toBeLessThan(180 * mebibyte);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

it('a server that is not there is not available, whatever is asked of it', async () => {
  const settings = {
    driver: 's3',
    endpoint: 'http://127.0.0.1:1',
    accessKey: 'a',
    secretKey: 'b',
    bucket: 'c',
  } as const;
  const store = artifactStoreOf(settings);
  const digest = digestOf('x');
  const unavailable = { kind: 'unavailable', code: 'artifacts.unavailable' };
  const list = async (): Promise<void> => {
    for await (const artifact of store.list('acme', new Date())) expect(artifact).toBe('none');
  };
  const asked = [store.start(), store.check(), store.put('acme', Buffer.from('x')), store.has('acme', digest)];
  for (const answer of [...asked, store.open('acme', digest), store.read('acme', digest, 1), list()]) {
    await expect(answer).rejects.toMatchObject(unavailable);
  }
});

/** Bytes that no server can compress, made anew in each chunk's first bytes so that no two chunks are equal. */
async function* randomStream(size: number): AsyncGenerator<Uint8Array> {
  const chunk = randomBytes(64 * 1024);
  for (let at = 0; at < size; at += chunk.length) {
    chunk.writeUInt32BE(at, 0);
    yield chunk;
  }
}

/** How much the resident memory of this process grew at most while `action` ran, in bytes. */
async function growthDuring(action: () => Promise<void>): Promise<number> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const before = process.memoryUsage.rss();
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 10);
  try {
    await action();
  } finally {
    clearInterval(watch);
  }
  return highest - before;
}
