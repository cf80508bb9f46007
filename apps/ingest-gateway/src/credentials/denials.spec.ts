import { expect, it } from 'vitest';
import { Denials } from './denials.js';

it('a refusal is news once in a while, each kind for itself, and memory is bounded', () => {
  const denials = new Denials(100, 2);
  expect([denials.isNews('a', 0), denials.isNews('a', 99), denials.isNews('b', 99), denials.isNews('a', 100)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  denials.isNews('c', 101);
  expect(denials.isNews('b', 102)).toBe(true);
});
