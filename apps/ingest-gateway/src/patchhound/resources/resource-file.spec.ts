import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { mediaTypeOf, type ResourceFile, textFile, zipOf } from './resource-file.js';

const at = new Date('2000-01-01T00:00:00Z');

describe('an archive of files', () => {
  it('is the same for the same files', async () => {
    const files = [textFile('a.json', () => '{}'), textFile('b.pub', () => 'key')];
    const archive = await buffer(zipOf(files, at));
    expect(archive.subarray(0, 2).toString()).toBe('PK');
    expect(archive.includes('a.json') && archive.includes('b.pub')).toBe(true);
    expect((await buffer(zipOf(files, at))).equals(archive)).toBe(true);
  });

  it.each<[string, ResourceFile['open']]>([
    ['does not open', () => Promise.reject(new Error('gone'))],
    [
      'breaks off',
      () =>
        Promise.resolve(
          new Readable({
            read() {
              this.destroy(new Error('gone'));
            },
          }),
        ),
    ],
  ])('fails where a file %s, rather than pass for whole', async (_, open) => {
    const archive = zipOf([textFile('a.json', () => '{}'), { name: 'b.json', open }], at);
    await expect(buffer(archive)).rejects.toThrow('gone');
  });
});

it.each([
  ['a.json', 'application/json'],
  ['a.json.att', 'application/octet-stream'],
  ['R.pub', 'application/x-pem-file'],
])('%s is %s', (name, type) => expect(mediaTypeOf(name)).toBe(type));
