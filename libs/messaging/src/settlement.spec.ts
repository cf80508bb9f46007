import { AssayError, type ErrorKind } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';
import { settle } from './settlement.js';

const failed = (kind: ErrorKind): AssayError => new AssayError(kind, 'test.failed', 'It failed');

describe('settlement', () => {
  it.each(['invalid', 'forbidden'] as const)('buries what is %s at once', (kind) => {
    expect(settle(failed(kind), 1)).toEqual({ outcome: 'dead-letter' });
  });

  it('holds an event while a dependency is away, however often', () => {
    expect(settle(failed('unavailable'), 1_000)).toEqual({ outcome: 'hold' });
  });

  it('retries a bug of ours with growing delays, then buries it', () => {
    const outcomes = [1, 2, 3, 4, 5].map((attempts) => settle(failed('bug'), attempts));
    expect(outcomes).toEqual([
      { outcome: 'retry', delayMs: 100 },
      { outcome: 'retry', delayMs: 500 },
      { outcome: 'retry', delayMs: 2_000 },
      { outcome: 'retry', delayMs: 5_000 },
      { outcome: 'dead-letter' },
    ]);
  });

  it.each(['not-found', 'conflict'] as const)('gives what is %s fifteen minutes to be overtaken', (kind) => {
    let waitedMs = 0;
    for (let attempts = 1; ; attempts += 1) {
      const settlement = settle(failed(kind), attempts);
      if (settlement.outcome !== 'retry') break;
      waitedMs += settlement.delayMs;
    }
    expect(waitedMs).toBeGreaterThanOrEqual(limits.overtakenMs);
    expect(waitedMs).toBeLessThan(limits.overtakenMs + 120_000);
  });
});
