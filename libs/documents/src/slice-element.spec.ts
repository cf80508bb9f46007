import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sliceElement } from './slice-element.js';

async function slice(text: string, path: string, chunkBytes: number): Promise<string> {
  async function* source(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return Buffer.concat(await Readable.from(sliceElement(source(), path)).toArray()).toString();
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
});
