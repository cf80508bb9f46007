import { describe, expect, it } from 'vitest';
import { lineOf, ruleRefOf, textOf } from './text.js';

describe('text of a host', () => {
  it('is kept without what a database cannot hold', () => expect(textOf(' a\0b \ud800 c\n')).toBe('ab \ufffd c'));

  it('is cut where it is too long, with a mark', () => {
    const long = textOf('x'.repeat(70_000));
    expect(long).toMatch(/^x{65536} … \[4464 characters more\]$/);
    expect(textOf(`${'x'.repeat(65_535)}😀`)).toMatch(/x\ufffd … \[1 characters more\]$/);
  });

  it.each([[null], [undefined], [''], [' \n'], ['\0'], [{}], [[]]])('is none in %j', (value) =>
    expect(textOf(value)).toBeNull(),
  );

  it('may be a number', () => expect(textOf(7)).toBe('7'));

  it('has one line where it stands on one', () => expect(lineOf('a\n  b\tc')).toBe('a b c'));
});

it('very long refs stay two', () => {
  const one = ruleRefOf(`${'r'.repeat(300)}1`);
  const other = ruleRefOf(`${'r'.repeat(300)}2`);
  expect(one).not.toBe(other);
  expect(one!.length).toBeLessThan(300);
  expect(ruleRefOf('xccdf_rule')).toBe('xccdf_rule');
});
