import { describe, expect, it } from 'vitest';
import { defaultRescanPolicy, isDue, parseRescanPolicy, readRescanPolicy } from './rescan-policy.js';

const at = (day: number, hour: number, minute = 0): Date => new Date(Date.UTC(2031, 1, day, hour, minute));

describe('a rescan', () => {
  it('is due once its hour has come, and not again before the next', () => {
    expect(isDue(defaultRescanPolicy, at(1, 2, 5), at(2, 1, 59))).toBe(false);
    expect(isDue(defaultRescanPolicy, at(1, 2, 5), at(2, 2))).toBe(true);
    expect(isDue(defaultRescanPolicy, at(2, 2), at(2, 23))).toBe(false);
  });

  it('is no one-shot ("the interval job is a one-shot date trigger"): it comes night after night, and once for those it missed', () => {
    let last = at(1, 0);
    const begun: number[] = [];
    for (let hour = 0; hour < 24 * 10; hour++) {
      const now = at(1, hour, 30);
      const isDown = hour > 24 * 3 && hour < 24 * 6 + 5;
      if (isDown || !isDue(defaultRescanPolicy, last, now)) continue;
      begun.push(hour);
      last = now;
    }
    expect(begun).toEqual([2, 26, 50, 149, 170, 194, 218]);
  });

  it('may come every few hours, or never', () => {
    expect(isDue({ everyHours: 6, atHour: 2 }, at(1, 2), at(1, 8))).toBe(true);
    expect(isDue({ everyHours: 6, atHour: 2 }, at(1, 2), at(1, 7, 59))).toBe(false);
    expect(isDue({ everyHours: 0, atHour: 2 }, at(1, 2), at(9, 2))).toBe(false);
  });
});

describe('the policy of rescans', () => {
  it('keeps every run unless told otherwise', () => {
    expect(readRescanPolicy(undefined)).toEqual({
      everyHours: 24,
      atHour: 2,
      versions: 100,
      keepRuns: null,
      keepDays: null,
      alwaysKeep: 2,
    });
  });

  it('refuses what it does not know', () => {
    expect(() => parseRescanPolicy({ atHour: 24 })).toThrow('The policy has fields that are wrong');
    expect(() => parseRescanPolicy({ keep: 5 })).toThrow('The policy has fields that are wrong');
  });
});
