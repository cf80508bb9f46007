import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Count, lastDayBefore, statsOf } from './signal-stats.js';
import { hourOf, minuteOf } from './tally.js';

const now = new Date('2031-05-06T07:08:09.100Z');

describe('the last 24 hours', () => {
  it('are whole hours, the minutes before them, and the rest of the first minute', () => {
    expect(lastDayBefore(now)).toEqual({
      window: { fromMinute: '2031-05-05T07:09', fromHour: '2031-05-05T08', beforeHour: '2031-05-07T07' },
      oneByOneAfter: '2031-05-05T07:08:09.100Z',
      oneByOneBefore: '2031-05-05T07:09:00.000Z',
    });
  });

  it('have every moment after their beginning once, and none before', () => {
    const ms = fc.integer({ min: -26 * 3_600_000, max: 20 * 3_600_000 });
    fc.assert(
      fc.property(
        ms,
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        (offset, end) => {
          const { window, oneByOneAfter, oneByOneBefore } = lastDayBefore(end);
          const moment = new Date(end.getTime() + offset).toISOString();
          const [hour, minute] = [hourOf(moment), minuteOf(moment)];
          const times = [
            hour >= window.fromHour && hour < window.beforeHour,
            minute >= window.fromMinute && minute < window.fromHour,
            moment > oneByOneAfter && moment < oneByOneBefore,
          ].filter(Boolean).length;
          expect(times).toBe(offset > -24 * 3_600_000 ? 1 : 0);
        },
      ),
    );
  });
});

describe('statistics of signals', () => {
  const counts: Count[] = [
    { dimension: 'total', key: '', n: 14 },
    { dimension: 'severity', key: 'high', n: 4 },
    { dimension: 'severity', key: 'critical', n: 10 },
    { dimension: 'host', key: '__proto__', n: 14 },
    { dimension: 'hour', key: '2031-05-06T01', n: 3 },
    { dimension: 'minute', key: '2031-05-05T07:30', n: 2 },
    ...Array.from({ length: 12 }, (_, n): Count => ({ dimension: 'rule', key: `R${n}`, n: n + 1 })),
  ];

  it('have the largest count first and ten rules', () => {
    const stats = statsOf(counts, 1);
    expect(stats).toMatchObject({ total: 14, last24h: 6 });
    expect(Object.keys(stats.bySeverity)).toEqual(['critical', 'high']);
    expect(stats.topRules.map(({ ruleId }) => ruleId)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `R${n}`));
  });

  it('count a host whatever it is called', () => {
    expect(JSON.stringify(statsOf(counts, 0).byHost)).toBe('{"__proto__":14}');
  });
});
