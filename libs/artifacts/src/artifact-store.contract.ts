import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { digestOf, type Digest, type TenantSlug } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from './artifact-content.js';
import type { ArtifactStore } from './artifact-store.js';

/** A store to try, already started, and a way behind its back. */
export interface StoreUnderTest {
  readonly store: ArtifactStore;
  /** Puts other bytes where the artifact lies. */
  tamper(tenant: TenantSlug, digest: Digest, bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** What every driver has to keep. Each test stores bytes that nobody else has, so that the place may be shared. */
export function itKeepsArtifacts(open: () => Promise<StoreUnderTest>): void {
  let subject: StoreUnderTest;
  let store: ArtifactStore;
  beforeAll(async () => {
    subject = await open();
    store = subject.store;
  });
  afterAll(() => subject?.close());

  const put = async (size: number): Promise<{ bytes: Buffer; digest: Digest }> => {
    const bytes = randomBytes(size);
    const { digest } = await store.put('acme', bytes, 'application/json');
    return { bytes, digest };
  };

  describe('what was put', () => {
    it.each([0, 1, 300_000, 20_000_001])('comes out again: %i bytes', async (size) => {
      const bytes = randomBytes(size);
      const ref = await store.put('acme', bytes, 'application/json');
      expect(ref).toEqual({ digest: digestOf(bytes), size, mediaType: 'application/json' });
      expect((await store.read('acme', ref.digest, size)).equals(bytes)).toBe(true);
      const opened = await store.open('acme', ref.digest);
      expect(opened.size).toBe(size);
      expect((await buffer(opened)).equals(bytes)).toBe(true);
    });

    it('is nobody else’s', async () => {
      const { digest } = await put(10);
      expect(await store.has('acme', digest)).toBe(true);
      expect(await store.has('other', digest)).toBe(false);
      await expect(store.open('other', digest)).rejects.toMatchObject({ code: 'artifacts.missing' });
      expect(await store.remove('other', digest)).toBe(false);
      expect(await store.has('acme', digest)).toBe(true);
    });

    it('may be put again, by many at once', async () => {
      const bytes = randomBytes(5000);
      const refs = await Promise.all(Array.from({ length: 8 }, () => store.put('acme', bytes)));
      expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1);
      expect((await store.read('acme', refs[0]!.digest, 5000)).equals(bytes)).toBe(true);
    });

    it('may come from a stream', async () => {
      const bytes = randomBytes(9_000_000);
      const streamed = {
        ...contentOf(bytes),
        async *content() {
          for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
        },
      };
      const { digest } = await store.put('acme', streamed);
      expect((await store.read('acme', digest, bytes.length)).equals(bytes)).toBe(true);
    });

    it('is not read whole by who can hold less', async () => {
      const { digest } = await put(200_000);
      const refused = store.read('acme', digest, 199_999);
      await expect(refused).rejects.toMatchObject({ kind: 'invalid', code: 'artifacts.too-large' });
    });
  });

  describe('what was changed', () => {
    it.each([
      ['a flipped bit', (bytes: Buffer) => Buffer.from(bytes).fill(bytes[100]! ^ 1, 100, 101)],
      ['a lost end', (bytes: Buffer) => bytes.subarray(0, -1)],
      ['more bytes', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
      ['nothing left', () => Buffer.alloc(0)],
    ])('is detected: %s', async (_what, change) => {
      const { bytes, digest } = await put(200_000);
      await subject.tamper('acme', digest, change(bytes));
      const error = { kind: 'bug', code: 'artifacts.tampered' };
      await expect(store.read('acme', digest, 1_000_000)).rejects.toMatchObject(error);
      await expect(buffer(await store.open('acme', digest))).rejects.toMatchObject(error);
    });

    it('is never given out to the end', async () => {
      const { bytes, digest } = await put(200_000);
      await subject.tamper('acme', digest, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
      let received = 0;
      const drain = async (): Promise<void> => {
        for await (const chunk of await store.open('acme', digest)) received += chunk.length;
      };
      await expect(drain()).rejects.toMatchObject({ code: 'artifacts.tampered' });
      expect(received).toBeLessThan(bytes.length);
    });
  });

  describe('what is not there', () => {
    it('is missing', async () => {
      const digest = digestOf(randomBytes(8));
      const error = { kind: 'not-found', code: 'artifacts.missing' };
      await expect(store.open('acme', digest)).rejects.toMatchObject(error);
      await expect(store.read('acme', digest, 10)).rejects.toMatchObject(error);
      expect(await store.has('acme', digest)).toBe(false);
      expect(await store.remove('acme', digest)).toBe(false);
    });

    it('is missing once it was removed', async () => {
      const { digest } = await put(10);
      expect(await store.remove('acme', digest)).toBe(true);
      await expect(store.open('acme', digest)).rejects.toMatchObject({ code: 'artifacts.missing' });
    });
  });

  describe('the collection of the unreferenced', () => {
    const future = (): Date => new Date(Date.now() + 3_600_000);
    const past = (): Date => new Date(Date.now() - 3_600_000);

    it('sees what is old, of one tenant', async () => {
      const digests = [(await put(10)).digest, (await put(20)).digest];
      const found = [];
      for await (const artifact of store.list('acme', future())) found.push(artifact);
      expect(found.filter(({ digest }) => digests.includes(digest)).map(({ size }) => size)).toHaveLength(2);
      for await (const { digest } of store.list('acme', past())) expect(digests).not.toContain(digest);
      for await (const { digest } of store.list('nobody', future())) expect(digest).toBe('none');
    });

    it('spares what was put again since it looked', async () => {
      const { digest } = await put(10);
      expect(await store.remove('acme', digest, past())).toBe(false);
      expect(await store.has('acme', digest)).toBe(true);
      expect(await store.remove('acme', digest, future())).toBe(true);
    });
  });

  it('takes no key that is none', async () => {
    const { digest } = await put(10);
    const bad = { kind: 'bug', code: 'artifacts.bad-key' };
    await expect(store.has('../acme', digest)).rejects.toMatchObject(bad);
    await expect(store.open('acme', 'sha256:../../etc/passwd')).rejects.toMatchObject(bad);
  });

  it('is healthy', async () => {
    await expect(store.check()).resolves.toBeUndefined();
  });
}
