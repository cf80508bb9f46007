import { describe, expect, it } from 'vitest';
import { checkDeclarations } from './discover-jobs.js';
import type { DeclaredJob } from './job-handlers.js';
import { pauseAfterFailureMs } from './ticker.js';

const ticker = (name: string, everyMs = 1_000): DeclaredJob => ({
  kind: 'ticker',
  options: { name, everyMs },
  run: async () => undefined,
});
const bulk = (concurrency: number): DeclaredJob => ({
  kind: 'bulk',
  options: { name: 'rescan', concurrency },
  run: async () => ({ cursor: null, done: 0, finished: true }),
});

describe('declared jobs', () => {
  it('have names of their own among their kind', () => {
    expect(() => checkDeclarations([ticker('a'), ticker('b'), bulk(4)])).not.toThrow();
    expect(() => checkDeclarations([ticker('a'), ticker('a')])).toThrow('There are two of ticker a');
  });

  it.each([ticker('a', 10), ticker('a', Number.NaN), bulk(0), bulk(5), bulk(1.5)])('stay within limits: %o', (job) => {
    expect(() => checkDeclarations([job])).toThrow(expect.objectContaining({ code: 'jobs.bad-declaration' }));
  });
});

describe('a ticker that fails', () => {
  it('waits longer each time, up to 30 s, and never less than usual', () => {
    expect([1, 2, 3, 20].map((failures) => pauseAfterFailureMs(1_000, failures))).toEqual([
      2_000, 4_000, 8_000, 30_000,
    ]);
    expect(pauseAfterFailureMs(60_000, 3)).toBe(60_000);
  });
});
