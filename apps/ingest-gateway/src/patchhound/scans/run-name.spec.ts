import { expect, it } from 'vitest';
import { nextRunName, runNameOf } from './run-name.js';

const now = new Date('2031-12-31T23:59:59.999Z');

it('a run is named after its second, UTC', () => expect(runNameOf(now)).toBe('20311231_235959'));

it.each([
  [null, '20311231_235959'],
  ['20311231_235958', '20311231_235959'],
  ['20311231_235959', '20320101_000000'],
  ['20320101_000003', '20320101_000004'],
])('after %s comes %s', (newest, next) => expect(nextRunName(newest, now)).toBe(next));
