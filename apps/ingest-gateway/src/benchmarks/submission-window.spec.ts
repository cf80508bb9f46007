import { expect, it } from 'vitest';
import { SubmissionWindow } from './submission-window.js';

const windowOf = (maxWindows = 10) => new SubmissionWindow({ requests: 2, windowMs: 60_000, maxWindows });

it('allows so many requests of a credential, and again when its window is over', () => {
  const window = windowOf();
  expect([window.take('a', 0), window.take('a', 500), window.take('a', 1_500)]).toEqual([
    { isAllowed: true, remaining: 1, resetSeconds: 60 },
    { isAllowed: true, remaining: 0, resetSeconds: 60 },
    { isAllowed: false, remaining: 0, resetSeconds: 59 },
  ]);
  expect(window.take('b', 1_500).isAllowed).toBe(true);
  expect(window.take('a', 60_000)).toEqual({ isAllowed: true, remaining: 1, resetSeconds: 60 });
});

it('forgets the oldest window where there are too many', () => {
  const window = windowOf(2);
  for (const key of ['a', 'a', 'b', 'c']) window.take(key, 0);
  expect(window.take('a', 1).remaining).toBe(1);
  expect(window.take('c', 1).remaining).toBe(0);
});
