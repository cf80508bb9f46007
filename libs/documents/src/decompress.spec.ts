import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.js';
import { compressionRatioGraceBytes, maxCompressionRatio } from './limits.js';

async function* inChunks(bytes: Uint8Array, chunkBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function* failing(start: Uint8Array): AsyncGenerator<Uint8Array> {
  yield start;
  throw new Error('the caller hung up');
}

async function unpack(bytes: Uint8Array, encoding: string, maxBytes?: number): Promise<Buffer> {
  return Buffer.concat(await Readable.from(decompress(inChunks(bytes), encoding, maxBytes)).toArray());
}

const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `${index * 7919}`).join(','));
const packers = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const;

describe.each(packers)('a body packed with %s', (encoding, pack) => {
  it('is unpacked as a stream', async () => {
    expect((await unpack(pack(content), encoding)).equals(content)).toBe(true);
    expect((await unpack(pack(content), ` ${encoding.toUpperCase()}`)).equals(content)).toBe(true);
  });

  it('is refused if it is corrupt, cut short or empty', async () => {
    for (const bytes of [content, pack(content).subarray(0, -9), Buffer.alloc(0)]) {
      const refusal = { kind: 'invalid', code: 'documents.corrupt-compression' };
      await expect(unpack(bytes, encoding)).rejects.toMatchObject(refusal);
    }
  });

  it('is cut off when it unpacks to far more than arrived', async () => {
    const bomb = unpack(pack(Buffer.alloc(50_000_000)), encoding);
    await expect(bomb).rejects.toMatchObject({ code: 'documents.compression-ratio' });
  });

  it('may be small and very repetitive', async () => {
    const zeros = Buffer.alloc(compressionRatioGraceBytes);
    expect(pack(zeros).length * maxCompressionRatio).toBeLessThan(zeros.length);
    expect((await unpack(pack(zeros), encoding)).length).toBe(zeros.length);
  });

  it('is cut off at the size of a document', async () => {
    await expect(unpack(pack(content), encoding, 1000)).rejects.toMatchObject({ code: 'documents.too-large' });
  });

  it('hands on the failure of the source', async () => {
    const source = failing(pack(content).subarray(0, 20));
    await expect(Readable.from(decompress(source, encoding)).toArray()).rejects.toThrow('the caller hung up');
  });
});

describe('a body', () => {
  it('without encoding passes, up to the size of a document', async () => {
    expect((await unpack(content, 'identity')).equals(content)).toBe(true);
    await expect(unpack(content, '', 1000)).rejects.toMatchObject({ code: 'documents.too-large' });
  });

  it('with an unknown encoding is refused at once, by name', () => {
    expect(() => decompress(inChunks(content), 'br')).toThrow('"br" is not known');
  });

  it('closes its source when the reader stops', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield content;
      } finally {
        closed = true;
      }
    }
    for await (const chunk of decompress(endless(), 'identity')) if (chunk.length > 0) break;
    expect(closed).toBe(true);
  });
});
