import { describe, expect, it } from 'vitest';
import { failuresAfterExit, restartDelayMs } from './restart-policy.js';

describe('the wait before a restart', () => {
  it('doubles with each failure in a row and stays below its bound', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1_000].map(restartDelayMs)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('begins anew after a healthy minute', () => {
    expect(failuresAfterExit(5, 59_999)).toBe(6);
    expect(failuresAfterExit(5, 60_000)).toBe(1);
  });
});
