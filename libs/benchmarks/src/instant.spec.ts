import { expect, it } from 'vitest';
import { instantOf, instantOfSeconds } from './instant.js';

it.each([
  ['2026-11-22T01:11:29.639095981Z', '2026-11-22T01:11:29.639Z', true],
  ['2026-11-22T01:11:29.6+01:00', '2026-11-22T00:11:29.600Z', true],
  ['2026-11-21T21:23:57-05:30', '2026-11-22T02:53:57.000Z', true],
  ['2019-03-04T08:43:35', '2019-03-04T08:43:35.000Z', false],
  ['2026-11-22t01:11:29z', '2026-11-22T01:11:29.000Z', true],
  [' 2026-11-22 01:11:29Z ', '2026-11-22T01:11:29.000Z', true],
])('%j is %s', (text, at, hasOffset) => expect(instantOf(text)).toEqual({ at, hasOffset }));

it.each(['', 'yesterday', '2026-13-01T00:00:00Z', '2026-11-22', '2026-11-22T25:00:00Z', 1_700_000_000, null])(
  '%j is no moment',
  (text) => expect(instantOf(text)).toBeNull(),
);

it('seconds are a moment if it is one of these centuries', () => {
  expect(instantOfSeconds(1_780_048_105)).toBe('2026-05-29T09:48:25.000Z');
  expect([-1, 0, 1e300, Number.NaN, '1'].map(instantOfSeconds)).toEqual([null, null, null, null, null]);
});
