import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { outlineOf } from './outline.js';

const outline = (text: string): string[] => [...outlineOf(Buffer.from(text))];

it('shows the members of a document by their paths', () => {
  const text = '{"a":{"b":[{"c":1,"d":{}},[{"e":"\\"x\\":"}]]},"f\\u0041":null,"g":[],"h":1}';
  expect(outline(text)).toEqual(['a', 'a.b', 'a.b.*.c', 'a.b.*.d', 'a.b.*.*.e', 'fA', 'g', 'h']);
  expect(outline('[{"x":1},{"y":{"z":2}}]')).toEqual(['*.x', '*.y', '*.y.z']);
});

it('ends where the bytes end or are no JSON', () => {
  expect(outline('\ufeff{"a":{"b":1,"c')).toEqual(['a', 'a.b']);
  expect(outline('{"a":1,"b":tru,"c":2}')).toEqual(['a', 'b']);
  expect(outline('<xml a="1">')).toEqual([]);
});

it('takes names for names only', () => {
  expect(outline('{"text":"\\"runs\\":[{\\"tool\\":1}]"}')).toEqual(['text']);
});

it('shows no more than so many paths and levels', () => {
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`n${at}`, at])));
  expect(outline(wide)).toHaveLength(2_000);
  expect(outline('{"a":'.repeat(10))).toHaveLength(6);
});

it('never throws', () => {
  const bytes = fc.property(fc.uint8Array(), (head) => void outlineOf(head));
  const beginnings = fc.property(fc.json(), fc.nat(200), (text, end) => void outline(text.slice(0, end)));
  expect([fc.check(bytes).failed, fc.check(beginnings).failed]).toEqual([false, false]);
});
