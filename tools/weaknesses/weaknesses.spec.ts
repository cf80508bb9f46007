import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testNames, weaknessRows } from './weakness-table.js';

/** Rows of each page: the lines of the lists that it answers, of which one may need two tests. */
const pages = [
  ['docs/weaknesses-securecase.md', 31],
  ['docs/weaknesses-patchhound.md', 39],
  ['docs/weaknesses-santamon.md', 27],
  ['docs/weaknesses-patchmon.md', 35],
] as const;

describe.each(pages)('%s', (page, lines) => {
  const rows = weaknessRows(readFileSync(page, 'utf8'));

  it('has a row for each line of its list', () => {
    expect(rows).toHaveLength(lines);
    expect(new Set(rows.map(({ weakness }) => weakness)).size).toBe(lines);
  });

  it('names tests that there are', () => {
    const gone = rows.filter(({ file, test }) => {
      if (file === undefined) return false;
      return !existsSync(file) || !testNames(readFileSync(file, 'utf8')).has(test);
    });
    expect(gone).toEqual([]);
  });
});

describe('the names of tests', () => {
  const source = `describe("a 'b'", () => { it.each([\n[1],\n])('c %i', (n) => {}); it(\`d\\\`e\`, async () => f('g', 1)); });`;
  it('are found however they are written, and nothing else is', () => {
    expect([...testNames(source)]).toEqual(["a 'b'", 'c %i', 'd`e']);
  });
});
