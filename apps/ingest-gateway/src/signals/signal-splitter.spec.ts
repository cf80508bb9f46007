import { describe, expect, it } from 'vitest';
import { BatchSplitter } from './signal-splitter.js';

/** The items of a text that comes in chunks of this many bytes. */
function items(text: string, chunkBytes = 1_000, maxItemBytes = 100): string[] {
  const splitter = new BatchSplitter(maxItemBytes);
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    for (const item of splitter.write(bytes.subarray(start, start + chunkBytes))) found.push(shown(item));
  }
  for (const item of splitter.end()) found.push(shown(item));
  return found;
}

function shown({ bytes, isTooLong }: { bytes: Buffer; isTooLong: boolean }): string {
  return `${bytes.toString().trim()}${isTooLong ? ' …' : ''}`;
}

describe.each([1, 2, 3, 7, 1_000])('a batch in chunks of %i bytes', (chunkBytes) => {
  it.each([
    ['[]', []],
    [' [ ] \n', []],
    ['[{"a":1},{"b":[2,{"c":"]},["}]}]', ['{"a":1}', '{"b":[2,{"c":"]},["}]}']],
    ['\uFEFF[{"a":"\\"}, {"} , {"ü":"\\\\"}]\r\n', ['{"a":"\\"}, {"}', '{"ü":"\\\\"}']],
    ['[{"a":1},,3]', ['{"a":1}', '', '3']],
    ['[{"a":1},]', ['{"a":1}', '']],
    ['[{"a": ] ,{"b":2}]', ['{"a": ]', '{"b":2}']],
    ['{"a":1}\n\n{"b":\r\n{"c":3}', ['{"a":1}', '{"b":', '{"c":3}']],
    ['{"a":1}\n', ['{"a":1}']],
  ])('%j has these signals', (text, expected) => expect(items(text, chunkBytes)).toEqual(expected));

  it.each(['', '  ', '"x"', '[{"a":1}', '[{"a":"]', '[1] x', '[1][2]'])('%j is none', (text) => {
    expect(() => items(text, chunkBytes)).toThrow(expect.objectContaining({ code: 'signals.malformed-batch' }));
  });

  it('keeps no more of a signal than one may have, and finds the next', () => {
    const long = `{"a":"${'x'.repeat(200)}"}`;
    expect(items(`[${long},{"b":2}]`, chunkBytes)).toEqual([`${long.slice(0, 100)} …`, '{"b":2}']);
    expect(items(`${long}\n{"b":2}`, chunkBytes)).toEqual([`${long.slice(0, 100)} …`, '{"b":2}']);
  });
});
