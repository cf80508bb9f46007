import { AssayError, type ErrorKind } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { afterFailure, faultOf } from './bulk-job.js';
import { toJsonState } from './json-state.js';

const failure = (kind: ErrorKind): AssayError => new AssayError(kind, 'test.failure', 'no');

describe('a slice that failed', () => {
  it('is tried again, each time later, and then the job has failed', () => {
    const outcomes = [0, 1, 2, 3, 4, 5, 6, 7].map((attempts) => afterFailure(new Error('odd'), attempts));
    expect(outcomes.map((outcome) => (outcome.next === 'retry' ? outcome.delayMs : outcome.next))).toEqual([
      5_000,
      10_000,
      20_000,
      40_000,
      80_000,
      160_000,
      300_000,
      'fail',
    ]);
  });

  it('burns no attempt while a dependency is away', () => {
    expect(afterFailure(failure('unavailable'), 7)).toEqual({ next: 'retry', attempts: 7, delayMs: 5_000 });
  });

  it.each(['invalid', 'forbidden'] as const)('ends the job at once if it is %s', (kind) => {
    expect(afterFailure(failure(kind), 0)).toEqual({ next: 'fail', attempts: 1 });
  });
});

describe('what a slice returns', () => {
  const result = { cursor: null, done: 3, finished: false };

  it('counts whole items', () => {
    expect(faultOf(result)).toBeNull();
    expect(faultOf({ ...result, total: 10 })).toBeNull();
    expect(faultOf({ ...result, done: -1 })).toContain('-1');
    expect(faultOf({ ...result, total: 0.5 })).toContain('0.5');
  });

  it('has a cursor that stays small', () => {
    expect(toJsonState('cursor', undefined)).toBe('null');
    expect(toJsonState('cursor', 'x'.repeat(65_534))).toHaveLength(65_536);
    expect(() => toJsonState('cursor', 'x'.repeat(65_535))).toThrow('The cursor of a bulk job has 65537 bytes');
  });
});
