import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.js';
import { pickElements, type PickedElement } from './pick-elements.js';

/** Real hostile documents; `SOURCE.md` beside them says where they come from and what each is about. */
const fixtures = fileURLToPath(new URL('../../../test/fixtures/hostile/', import.meta.url));

/** The document of a file, unpacked: most lie packed only to save space. */
async function read(file: string): Promise<PickedElement[]> {
  const bytes = readFileSync(`${fixtures}${file}`);
  const unpacked = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return Readable.from(
    pickElements(inChunks(unpacked), ['bomFormat', 'spdxVersion', 'specVersion', 'components.*']),
  ).toArray();
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
}

function last(picked: PickedElement[], path: string): unknown {
  return picked.findLast((element) => element.path === path)?.value;
}

describe('a hostile document is refused', () => {
  it.each([
    ['truncated.cdx.json', 'documents.truncated', /byte 12801/],
    ['empty.json', 'documents.empty', /empty/],
    ['deep-nested-components.cdx.json.gz', 'documents.too-deep', /64 levels/],
    ['deep-array.json.gz', 'documents.too-deep', /64 levels/],
    ['utf16le-bom.cdx.json.gz', 'documents.encoding', /UTF-16/],
    ['nan-number.cdx.json.gz', 'documents.syntax', /NaN/],
    ['giant-string.cdx.json.gz', 'documents.string-too-long', /1048576 bytes/],
    ['bom-shelter__powershell-2.2.6.spdx.json.gz', 'documents.syntax', /follows the JSON document/],
  ])('%s: %s', async (file, code, message) => {
    await expect(read(file)).rejects.toMatchObject({
      kind: 'invalid',
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it('gzip-bomb.json.gz: by its ratio, long before all of it is unpacked', async () => {
    let unpackedBytes = 0;
    const drain = async (): Promise<void> => {
      const packed = inChunks(readFileSync(`${fixtures}gzip-bomb.json.gz`));
      for await (const chunk of decompress(packed, 'gzip')) unpackedBytes += chunk.length;
    };
    await expect(drain()).rejects.toMatchObject({ code: 'documents.compression-ratio' });
    expect(unpackedBytes).toBeLessThan(20_000_000);
  });
});

describe('a hostile document is read', () => {
  it.each([
    ['injection-names.cdx.json', 'CycloneDX'],
    ['odd-purls.cdx.json', 'CycloneDX'],
    ['utf8-bom.cdx.json.gz', 'CycloneDX'],
    ['dependency-cycle-and-dangling.cdx.json.gz', 'CycloneDX'],
    ['duplicate-bom-ref.cdx.json.gz', 'CycloneDX'],
    ['unknown-version.cdx.json.gz', 'CycloneDX'],
    ['proto-pollution.cdx.json.gz', 'CycloneDX'],
    // It has the name twice; every layer has to see the last.
    ['duplicate-keys.cdx.json.gz', 'NotCycloneDX'],
    ['unknown-version.spdx.json.gz', undefined],
    ['duplicate-spdxid-and-dangling.spdx.json.gz', undefined],
    ['unknown-object.json', undefined],
  ])('%s: its format is %s', async (file, format) => {
    expect(last(await read(file), 'bomFormat')).toBe(format);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('null.json: to say that it is no object', async () => {
    expect(await read('null.json')).toEqual([{ path: '', at: [], wrongType: 'null' }]);
  });

  it('components-wrong-type.cdx.json.gz: to name the place', async () => {
    const misplaced = (await read('components-wrong-type.cdx.json.gz')).filter(
      ({ wrongType }) => wrongType !== undefined,
    );
    expect(misplaced).toEqual([{ path: 'components', at: [], wrongType: expect.any(String) as string }]);
  });

  it('synthetic-20000-components.cdx.json.gz: all of it', async () => {
    const picked = await read('synthetic-20000-components.cdx.json.gz');
    expect(picked.filter(({ path }) => path === 'components.*').length).toBe(20_000);
  });
});
