import { expect, it } from 'vitest';
import { outcomeOf } from './await-feeds.service.js';

const of = (feed: string, state: 'queued' | 'running' | 'done' | 'failed', error: string | null = null) => ({
  feed,
  state,
  error,
});
const failed = of('osv', 'failed', 'no such host');

it.each([
  [[], false, { state: 'none', message: null }],
  [[of('kev', 'done'), of('osv', 'done')], false, { state: 'done', message: null }],
  [[of('kev', 'done'), of('osv', 'running')], false, null],
  [[failed, of('epss', 'queued')], false, null],
  [[of('kev', 'done'), failed], false, { state: 'failed', message: 'osv: no such host' }],
  [[of('kev', 'done'), of('osv', 'running')], true, { state: 'late', message: 'Not refreshed yet: osv' }],
  [[of('kev', 'running'), failed], true, { state: 'failed', message: 'osv: no such host' }],
])('refreshes %j, at the bound %j: %j', (refreshes, isOver, outcome) =>
  expect(outcomeOf(refreshes, isOver)).toEqual(outcome),
);
