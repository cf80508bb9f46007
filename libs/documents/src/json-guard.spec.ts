import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonGuard } from './json-guard.js';
import { jsonLimits, type JsonLimits } from './limits.js';

/** The guard's answer to these bytes in chunks that end at `cuts`: a code, or `ok`. */
function verdict(bytes: Uint8Array, cuts: readonly number[] = [], limits: JsonLimits = jsonLimits): string {
  const guard = new JsonGuard(limits);
  const ends = cuts.toSorted((a, b) => a - b).concat(bytes.length);
  try {
    let from = 0;
    for (const end of ends) {
      guard.write(bytes.subarray(from, end));
      from = Math.max(from, Math.min(end, bytes.length));
    }
    guard.end();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function verdictOnText(text: string, limits?: JsonLimits): string {
  return verdict(Buffer.from(text), [], limits);
}

/** What `JSON.parse` says of the same bytes, read as strict UTF-8 with a byte order mark skipped. */
function accepted(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

const spacing = fc.constantFrom('', '\t', '\r\n ');
const document = fc
  .tuple(fc.jsonValue({ stringUnit: 'binary' }), spacing)
  .map(([value, space]) => Buffer.from(JSON.stringify(value, null, space)));
const cuts = fc.array(fc.nat(400), { maxLength: 12 });
const grammar = Array.from('{}[]",:\\u0019-+.eEtrfalsn \n\t/\u0000\u001f', (character) => character.charCodeAt(0));
const someByte = fc.oneof(fc.constantFrom(...grammar), fc.integer({ min: 0, max: 255 }));
const mutation = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.array(someByte, { maxLength: 3 }) });

describe('the guard and JSON.parse', () => {
  it('both accept what JSON.stringify writes, wherever the chunks end', () => {
    fc.assert(
      fc.property(document, cuts, (bytes, cuts) => {
        expect(verdict(bytes, cuts)).toBe('ok');
      }),
    );
  });

  it('agree on documents with a few bytes changed', () => {
    fc.assert(
      fc.property(document, fc.array(mutation, { minLength: 1, maxLength: 3 }), cuts, (bytes, mutations, cuts) => {
        const changed = mutations.reduce((bytes, { at, remove, insert }) => {
          const place = at % (bytes.length + 1);
          return Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)]);
        }, bytes);
        expect(verdict(changed, cuts) === 'ok').toBe(accepted(changed));
      }),
      { numRuns: 3000 },
    );
  });

  it('agree on every sequence of two and three bytes in a string', () => {
    const tails = [0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    for (let first = 0; first < 256; first++) {
      for (const tail of tails.flatMap((a) => tails.flatMap((b) => [[a], [a, b], [a, b, 0xbf]]))) {
        const bytes = Buffer.from([0x22, first, ...tail, 0x22]);
        expect([bytes.toString('hex'), verdict(bytes) === 'ok']).toEqual([bytes.toString('hex'), accepted(bytes)]);
      }
    }
  });
});

describe('the guard', () => {
  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['\ufeff', 'empty'],
    ['{', 'truncated'],
    ['"abc', 'truncated'],
    ['[1', 'truncated'],
    ['-', 'truncated'],
    ['1e', 'truncated'],
    ['tru', 'truncated'],
    ['{} x', 'syntax'],
    ['{}{}', 'syntax'],
    ['[1,]', 'syntax'],
    ['{"a":1,}', 'syntax'],
    ['{"a" 1}', 'syntax'],
    ['[}', 'syntax'],
    ['01', 'syntax'],
    ['1.', 'truncated'],
    ['[+1]', 'syntax'],
    ["{'a':1}", 'syntax'],
    ['["\t"]', 'syntax'],
    ['["\\x"]', 'syntax'],
    ['["\\u00g0"]', 'syntax'],
  ])('refuses %j as %s', (text, code) => expect(verdictOnText(text)).toBe(`documents.${code}`));

  it.each(['0', '-0.5e+10', '"\\u0000"', '"\\ud800"', '\ufeff{"a":[]}', '{"a":1,"a":2}', ' null\r\n'])(
    'accepts %j',
    (text) => expect(verdictOnText(text)).toBe('ok'),
  );

  it.each(['NaN', '[Infinity]', '{"a":-Infinity}'])('says that %s is no JSON', (text) => {
    const guard = new JsonGuard();
    expect(() => guard.write(Buffer.from(text))).toThrow(/no NaN and no Infinity/);
  });

  it.each(['utf16le', 'utf16be', 'utf16le with a byte order mark'])('says that %s is not UTF-8', (encoding) => {
    const text = encoding.endsWith('mark') ? '\ufeff{}' : '{}';
    const bytes = Buffer.from(text, 'utf16le');
    if (encoding === 'utf16be') bytes.swap16();
    expect(verdict(bytes)).toBe('documents.encoding');
    expect(verdict(bytes, [1])).toBe('documents.encoding');
  });

  it('names the byte where the document went wrong', () => {
    const guard = new JsonGuard();
    guard.write(Buffer.from('{"a":'));
    expect(() => guard.write(Buffer.from('  ?}'))).toThrow('unexpected "?" at byte 7');
  });
});

describe('the limits', () => {
  const small: JsonLimits = { maxDepth: 3, maxKeysPerObject: 2, maxDocumentBytes: 40, maxStringBytes: 5 };

  it('hold for depth, counted in open containers', () => {
    expect(verdictOnText('[[[1]]]', small)).toBe('ok');
    expect(verdictOnText('[{"a":[{}]}]', small)).toBe('documents.too-deep');
  });

  it('hold for the members of one object, not of all together', () => {
    expect(verdictOnText('[{"a":1,"b":1},{"a":1,"b":1}]', small)).toBe('ok');
    expect(verdictOnText('{"a":1,"b":1,"a":1}', small)).toBe('documents.too-wide');
  });

  it('hold for strings, values and names alike, before they have ended', () => {
    expect(verdictOnText('["12345"]', small)).toBe('ok');
    expect(verdictOnText('["123456"]', small)).toBe('documents.string-too-long');
    expect(verdictOnText('{"123456":1}', small)).toBe('documents.string-too-long');
    expect(verdictOnText('"123456', small)).toBe('documents.string-too-long');
  });

  it('hold for the whole document', () => {
    expect(verdictOnText(' '.repeat(39) + '1', small)).toBe('ok');
    expect(verdictOnText(' '.repeat(40) + '1', small)).toBe('documents.too-large');
  });
});
