import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spoolMemoryBytes, spoolTotalMemoryBytes } from './limits.js';
import { Spool } from './spool.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-spool-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Chunks in one buffer that is used again, as some sources do. */
async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const shared = Buffer.alloc(10_000);
  for (let at = 0; at < bytes.length; at += shared.length) {
    yield shared.subarray(0, bytes.copy(shared, 0, at));
    shared.fill(0);
  }
}

/** How many files below the directory this process holds open, with or without a name. */
async function openFiles(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((target) => target.startsWith(directory)).length;
}

describe('the spool', () => {
  it.each([0, 1, spoolMemoryBytes, spoolMemoryBytes + 1, 6_000_000])('receives %i bytes', async (size) => {
    const bytes = randomBytes(size);
    await using received = await new Spool(directory).spool(inChunks(bytes));
    expect(received).toMatchObject({ digest: digestOf(bytes), size });
    expect(await openFiles()).toBe(size > spoolMemoryBytes ? 1 : 0);
    const [first, second] = await Promise.all([buffer(received.content()), buffer(received.content())]);
    expect(first.equals(bytes) && second.equals(bytes)).toBe(true);
  });

  it('holds no more than a share of memory for all bodies together, and gives it back', async () => {
    const spool = new Spool(directory);
    const large = randomBytes(spoolMemoryBytes);
    const crowd = spoolTotalMemoryBytes / spoolMemoryBytes + 2;
    const received = [];
    for (let body = 0; body < crowd; body += 1) received.push(await spool.spool(inChunks(large)));
    expect(await openFiles()).toBe(2);
    expect((await buffer(received.at(-1)!.content())).equals(large)).toBe(true);
    for (const each of received) await each.dispose();
    await using next = await spool.spool(inChunks(large));
    expect(next.size).toBe(large.length);
    expect(await openFiles()).toBe(0);
  });

  it('leaves nothing behind', async () => {
    const received = await new Spool(directory).spool(inChunks(randomBytes(5_000_000)));
    expect(await readdir(directory)).toEqual([]);
    await received.dispose();
    await received.dispose();
    expect(await openFiles()).toBe(0);
  });

  it('lets a check refuse the body, and cleans up', async () => {
    let seen = 0;
    const refuse = (chunk: Uint8Array): void => {
      seen += chunk.length;
      if (seen > 5_000_000) throw new Error('enough');
    };
    await expect(new Spool(directory).spool(inChunks(randomBytes(6_000_000)), refuse)).rejects.toThrow('enough');
    expect(seen).toBe(5_010_000);
    expect(await openFiles()).toBe(0);
  });

  it('hands on the failure of the source, and cleans up', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* inChunks(randomBytes(5_000_000));
      throw new Error('the caller hung up');
    }
    await expect(new Spool(directory).spool(failing())).rejects.toThrow('the caller hung up');
    expect(await openFiles()).toBe(0);
  });

  it('says that it is not available when it can not write', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const spool = new Spool(join(file, 'spool'));
    const refused = spool.spool(inChunks(randomBytes(5_000_000)));
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable', code: 'artifacts.unavailable' });
  });
});
