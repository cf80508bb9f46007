import { expect, it } from 'vitest';
import { storableText } from './storable-text.js';

it.each([
  ['plain', 'plain'],
  ['a\u0000b', 'a\uFFFDb'],
  ['a \uD800 half', 'a \uFFFD half'],
  ['0123456789AB', '012345678…'],
  ['01234567\u{1F600}9', '01234567\uFFFD…'],
])('%j is stored as %j', (text, stored) => {
  expect(storableText(text, 10)).toBe(stored);
});
