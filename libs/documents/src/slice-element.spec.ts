import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sliceBeside, sliceElement } from './slice-element.js';

async function* inChunks(text: string, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function slice(text: string, path: string, chunkBytes: number): Promise<string> {
  return Buffer.concat(await Readable.from(sliceElement(inChunks(text, chunkBytes), path)).toArray()).toString();
}

describe('a slice', () => {
  const report = '{ "Results" :[ 1.0,\t"\\u00e9é" ] }';
  const envelope = `{"repo":"x","deep":{"trivy_report":0},"trivy_report" : ${report} ,"after":[]}`;

  it.each([1, 3, 11, 1000])('is what was sent, byte for byte, in chunks of %i', async (chunkBytes) => {
    expect(await slice(envelope, 'trivy_report', chunkBytes)).toBe(report);
    expect(await slice(envelope, 'deep.trivy_report', chunkBytes)).toBe('0');
    expect(await slice(envelope, 'repo', chunkBytes)).toBe('"x"');
  });

  it.each([
    ['{"a":1}', 'documents.missing-element'],
    ['[]', 'documents.missing-element'],
    ['{"trivy_report":1,"trivy_report":2}', 'documents.duplicate-key'],
    ['{"trivy_report":1', 'documents.truncated'],
  ])('of %s is refused as %s', async (text, code) => {
    await expect(slice(text, 'trivy_report', 4)).rejects.toMatchObject({ kind: 'invalid', code });
  });

  it.each([1, 3, 11, 1000])('keeps what stands beside it, before and after, in chunks of %i', async (chunkBytes) => {
    const text = `{"metadata":{"repo":"é","n":[1,2]},"x":1,"trivy_report":${report},"image":{"name":"a"}}`;
    const slicing = sliceBeside(inChunks(text, chunkBytes), 'trivy_report', ['metadata', 'image']);
    expect(Buffer.concat(await Readable.from(slicing.pieces).toArray()).toString()).toBe(report);
    expect({ ...slicing.beside }).toEqual({ metadata: { repo: 'é', n: [1, 2] }, image: { name: 'a' } });
  });

  it.each(['{"image":1,"image":2}', '{"trivy_report":{},"image":1,"metadata":{},"image":2}'])(
    'is refused where %s says twice what stands beside it',
    async (text) => {
      const { pieces } = sliceBeside(inChunks(text, 7), 'trivy_report', ['metadata', 'image']);
      await expect(Readable.from(pieces).toArray()).rejects.toMatchObject({ code: 'documents.duplicate-key' });
    },
  );

  it('has kept what stands beside it although the slice itself is missing, and says what is no object', async () => {
    const without = sliceBeside(inChunks('{"metadata":{"a":1}}', 7), 'trivy_report', ['metadata']);
    await expect(Readable.from(without.pieces).toArray()).rejects.toMatchObject({ code: 'documents.missing-element' });
    expect({ ...without.beside }).toEqual({ metadata: { a: 1 } });
    expect(without.notAnObject()).toBeUndefined();
    const list = sliceBeside(inChunks('[1]', 7), 'trivy_report', ['metadata']);
    await expect(Readable.from(list.pieces).toArray()).rejects.toMatchObject({ code: 'documents.missing-element' });
    expect(list.notAnObject()).toBe('array');
  });
});
