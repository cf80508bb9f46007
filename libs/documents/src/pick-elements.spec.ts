import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxElementBytes, scanWindowBytes } from './limits.js';
import { jsonPathOf, pickElementBatches, pickElements, type PickedElement } from './pick-elements.js';

async function* inChunks(content: string | Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function pick(content: string, paths: string[], chunkBytes = 5): Promise<PickedElement[]> {
  return Readable.from(pickElements(inChunks(content, chunkBytes), paths)).toArray();
}

/** Without what the wildcards stood for. */
async function pickPlain(content: string, paths: string[], chunkBytes = 5): Promise<Omit<PickedElement, 'at'>[]> {
  return (await pick(content, paths, chunkBytes)).map(({ at: _, ...rest }) => rest);
}

describe('the picker', () => {
  const sbom = `{"specVersion":"1.6", "metadata" : {"component":{"name":"a}]\\""}}, "skipped":[{"components":[9]}],
    "components": [ {"name":"é😀"}, 7 , [] , "x", null ], "trivy_report":{"Results":[{"Target":"t"}]}, "last":-1.5e3}`;
  const paths = ['specVersion', 'metadata', 'components.*', 'trivy_report.Results.*', 'last', 'missing'];

  it.each([1, 2, 7, 10_000])('finds the value at each path, in chunks of %i bytes', async (chunkBytes) => {
    expect(await pickPlain(sbom, paths, chunkBytes)).toEqual([
      { path: 'specVersion', value: '1.6' },
      { path: 'metadata', value: { component: { name: 'a}]"' } } },
      { path: 'components.*', index: 0, value: { name: 'é😀' } },
      { path: 'components.*', index: 1, value: 7 },
      { path: 'components.*', index: 2, value: [] },
      { path: 'components.*', index: 3, value: 'x' },
      { path: 'components.*', index: 4, value: null },
      { path: 'trivy_report.Results.*', index: 0, value: { Target: 't' } },
      { path: 'last', value: -1500 },
    ]);
  });

  it('gives for any array what JSON.parse gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), async (values, chunkBytes) => {
        const text = JSON.stringify({ before: values, items: values });
        const picked = await pick(text, ['items.*'], chunkBytes);
        expect(picked.map(({ value }) => value)).toEqual((JSON.parse(text) as { items: unknown[] }).items);
      }),
    );
  });

  it('walks through arrays of a document that is one', async () => {
    const found = await pickPlain('[{"a":1,"b":[]},{"a":2}]', ['*.a', '*.b.*']);
    expect(found).toEqual([
      { path: '*.a', index: 0, value: 1 },
      { path: '*.a', index: 1, value: 2 },
    ]);
  });

  it('walks through every member of an object, and says what the wildcards stood for', async () => {
    const text =
      '{"m":{"a.b":{"l":[1,{"x":2}]},"":{"l":[]},"c":{"l":7}},"runs":[{"r":[1]},{"r":[2,3]}],"w":{"__proto__":4}}';
    const found = await pick(text, ['m.{}.l.*', 'runs.*.r.*', 'w.{}']);
    expect(found.map((element) => [jsonPathOf(element), element.wrongType ?? element.value])).toEqual([
      ['$.m["a.b"].l[0]', 1],
      ['$.m["a.b"].l[1]', { x: 2 }],
      ['$.m["c"].l', 'number'],
      ['$.runs[0].r[0]', 1],
      ['$.runs[1].r[0]', 2],
      ['$.runs[1].r[1]', 3],
      ['$.w["__proto__"]', 4],
    ]);
    expect(found[2]?.at).toEqual(['c']);
    expect(found.at(-2)?.at).toEqual([1, 1]);
  });

  it('gives for any object what JSON.parse gives', async () => {
    const maps = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(maps, fc.integer({ min: 1, max: 50 }), async (values, chunkBytes) => {
        const text = JSON.stringify({ before: values, map: values });
        const picked = await pick(text, ['map.{}'], chunkBytes);
        const parsed = (JSON.parse(text) as { map: Record<string, unknown> }).map;
        expect(new Map(picked.map(({ at, value }) => [at[0], value]))).toEqual(new Map(Object.entries(parsed)));
      }),
    );
  });

  it('yields both of two equal names below {}, and refuses a list that stands there for an object', async () => {
    expect(await pick('{"a":{"x":1,"x":2}}', ['a.{}'])).toMatchObject([{ value: 1 }, { value: 2 }]);
    expect(await pick('{"a":[1]}', ['a.{}'])).toMatchObject([{ path: 'a', wrongType: 'array' }]);
  });

  it.each([
    ['{"components":{"a":[1]}}', 'components', 'object'],
    ['{"components":null}', 'components', 'null'],
    ['{"components":"x"}', 'components', 'string'],
    ['[1]', '', 'array'],
    ['null', '', 'null'],
    ['12', '', 'number'],
    ['true', '', 'boolean'],
  ])('names the place of %s where there is no list', async (text, path, wrongType) => {
    expect(await pickPlain(text, ['components.*'])).toEqual([{ path, wrongType }]);
  });

  it('reads names as JSON means them', async () => {
    expect(await pick('{"spec\\u0056ersion":1,"caf\u00e9":2}', ['specVersion', 'caf\u00e9'])).toMatchObject([
      { value: 1 },
      { value: 2 },
    ]);
  });

  it('sets no prototype', async () => {
    const [picked] = await pick('{"a":{"__proto__":{"polluted":true}},"__proto__":{"polluted":true}}', ['a']);
    expect(Object.getPrototypeOf(picked!.value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('lets the last of two equal names win, and refuses two lists', async () => {
    expect(await pick('{"a":1,"b":{"c":1,"c":2},"a":3}', ['a', 'b'])).toMatchObject([
      { value: 1 },
      { value: { c: 2 } },
      { value: 3 },
    ]);
    const twice = pick('{"components":[1],"components":[2]}', ['components.*']);
    await expect(twice).rejects.toMatchObject({ kind: 'invalid', code: 'documents.duplicate-key' });
  });

  it('checks the whole document, also what nobody asked for', async () => {
    await expect(pick('{"a":1,"b":tru}', ['a'])).rejects.toMatchObject({ code: 'documents.syntax' });
    await expect(pick('{"a":1', ['a'])).rejects.toMatchObject({ code: 'documents.truncated' });
  });

  it('gives batches of one window, however large the chunk', async () => {
    const text = JSON.stringify({ items: Array.from({ length: 10_000 }, (_, number) => ({ number })) });
    const batches = await Readable.from(pickElementBatches(inChunks(text, text.length), ['items.*'])).toArray();
    expect(batches.length).toBe(Math.ceil(text.length / scanWindowBytes));
    expect(batches.flat().length).toBe(10_000);
  });

  it('refuses an element that is too large to hold', async () => {
    const source = inChunks(`{"a":[${' '.repeat(maxElementBytes)}]}`, scanWindowBytes);
    const picked = Readable.from(pickElements(source, ['a'])).toArray();
    await expect(picked).rejects.toMatchObject({ code: 'documents.element-too-large' });
  });

  it.each([[[]], [['']], [['a', 'a.b']], [['a.*', 'a.b']], [['a..b']], [['a.{}', 'a.b']], [['a.{}', 'a.*']]])(
    'refuses the paths %j',
    async (paths) => {
      await expect(pick('{}', paths)).rejects.toThrow(RangeError);
    },
  );
});
