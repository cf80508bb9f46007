import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from './json-syntax.js';

describe('the syntax check of a document that is carried', () => {
  const accepted = (text: string) => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    } catch {
      return false;
    }
  };
  const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'grapheme' }));

  it('agrees with JSON.parse on objects, however they are indented', () => {
    fc.assert(
      fc.property(anyObject, fc.nat(3), (value, indent) => {
        expect(isJsonObject(Buffer.from(`\t${JSON.stringify(value, null, indent)}\r\n`))).toBe(true);
      }),
    );
  });

  it('agrees with JSON.parse on objects with one character put in, changed or left out', () => {
    const edit = fc.record({
      at: fc.nat(),
      left: fc.nat(1),
      put: fc.constantFrom(...'{}[]",:\\/u0189-+.eEtfn \n\0x', ''),
    });
    fc.assert(
      fc.property(anyObject, edit, (value, { at, left, put }) => {
        const text = JSON.stringify(value);
        const place = at % text.length;
        const edited = text.slice(0, place) + put + text.slice(place + left);
        fc.pre(edited.isWellFormed());
        expect(isJsonObject(Buffer.from(edited))).toBe(accepted(edited));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '{"a":01}',
    '{"a":-}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":1e}',
    '{"a":+1}',
    '{"a":-0.5E+10}',
    '{"a":0}',
    '{"a":nul}',
    '{"a":"\\u12g4"}',
    '{"a":"\\u1234"}',
    '{"a":"\\x"}',
    '{"a":"\t"}',
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":{}} {}',
    '\ufeff{}',
    '',
    '{',
    '{"a":true',
    '{"a":"',
    '{"a":"\\',
    '{"a":"\\u1',
  ])('agrees with JSON.parse on %s', (text) => {
    expect(isJsonObject(Buffer.from(text))).toBe(accepted(text));
  });

  it('gives up on nesting that no document of ours has', () => {
    const nested = (depth: number) => Buffer.from(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(isJsonObject(nested(100))).toBe(true);
    expect(isJsonObject(nested(100_000))).toBe(false);
  });
});
