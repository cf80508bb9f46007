import { describe, expect, it } from 'vitest';
import { UsageTally } from './usage-tally.js';

const day = '2031-06-01';
const one = { documents: 1, bytes: 10, signals: 3 };

describe('the use of a day', () => {
  it('is the common total and what was added here since', () => {
    const tally = new UsageTally(day);
    expect(tally.usedOn(day, 'acme')).toBeUndefined();
    tally.learn(day, 'acme', { documents: 5, bytes: 50, signals: 7 });
    tally.add(day, 'acme', one);
    expect(tally.usedOn(day, 'acme')).toEqual({ documents: 6, bytes: 60, signals: 10 });
  });

  it('is written once, and again if that failed', () => {
    const tally = new UsageTally(day);
    tally.add(day, 'acme', one);
    const { used } = tally.takePending();
    expect(used).toEqual([{ tenant: 'acme', ...one }]);
    expect(tally.takePending().used).toEqual([{ tenant: 'acme', documents: 0, bytes: 0, signals: 0 }]);
    tally.putBack(day, used);
    expect(tally.usedOn(day, 'acme')).toEqual(one);
    expect(tally.takePending().used).toEqual([{ tenant: 'acme', ...one }]);
  });

  it('begins anew at midnight', () => {
    const tally = new UsageTally(day);
    tally.add(day, 'acme', one);
    expect(tally.usedOn('2031-06-02', 'acme')).toBeUndefined();
  });
});
