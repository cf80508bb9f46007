import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { slowFiles, slowFirst } from './slow-files.ts';

describe('the order of test files', () => {
  it('begins with the slow ones, and leaves the others as they were', () => {
    const [slowest, second] = slowFiles.map((file) => `/work/${file}`);
    const others = ['/work/b.spec.ts', '/work/a.spec.ts'];
    expect(slowFirst([others[0]!, second!, others[1]!, slowest!], (path) => path)).toEqual([
      slowest,
      second,
      ...others,
    ]);
  });

  it('knows no file that is gone', () => {
    expect(slowFiles.filter((file) => !existsSync(file))).toEqual([]);
  });
});
