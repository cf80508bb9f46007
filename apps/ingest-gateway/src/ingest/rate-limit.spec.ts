import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.js';

it('a credential gets a second of requests at once, and then as many as time gives back', () => {
  const limit = new RateLimit(2, 10);
  expect([0, 0, 0].map((nowMs) => limit.secondsToWait('a', nowMs))).toEqual([0, 0, 1]);
  expect(limit.secondsToWait('b', 0)).toBe(0);
  expect([500, 500].map((nowMs) => limit.secondsToWait('a', nowMs))).toEqual([0, 1]);
  expect([60_000, 60_000, 60_000].map((nowMs) => limit.secondsToWait('a', nowMs))).toEqual([0, 0, 1]);
});
