import { describe, expect, it } from 'vitest';
import { advanceOf, isCurrent } from './horizon.js';

const at = (seconds: number): Date => new Date(Date.UTC(2031, 0, 1) + seconds * 1_000);

describe('beats of gateways', () => {
  it('say up to when everything is known', () => {
    expect(advanceOf(at(0), [at(20), at(10)])).toEqual({ at: at(20), resumedAt: null });
    expect(advanceOf(at(30), [at(20), at(30)])).toBeNull();
    expect(advanceOf(null, [])).toBeNull();
  });

  it('give every host its full time again after a gap, and after the very first', () => {
    expect(advanceOf(null, [at(0), at(10)])).toEqual({ at: at(10), resumedAt: at(0) });
    expect(advanceOf(at(0), [at(61), at(70)])).toEqual({ at: at(70), resumedAt: at(61) });
    expect(advanceOf(at(0), [at(60)])).toEqual({ at: at(60), resumedAt: null });
  });

  it('that waited in a row are no gap', () => {
    const backlog = Array.from({ length: 360 }, (_, n) => at(10 * (n + 1)));
    expect(advanceOf(at(0), backlog)).toEqual({ at: at(3_600), resumedAt: null });
  });
});

it('nobody is judged while older heartbeats are being caught up with', () => {
  expect(isCurrent(at(0), at(60))).toBe(true);
  expect(isCurrent(at(0), at(61))).toBe(false);
});
