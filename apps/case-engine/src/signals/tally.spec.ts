import { describe, expect, it } from 'vitest';
import { aSignal } from '../../test/signals.js';
import { groupDeltas, Tally } from './tally.js';

const at = (time: string): string => `2031-05-06T${time}.000000000Z`;

describe('a tally of signals', () => {
  it('counts each by everything that it is counted by', () => {
    const tally = new Tally();
    tally.count({ hostId: 'mac', ruleId: 'R1', severity: 'high', status: 'open' }, at('07:08:09'));
    tally.count({ hostId: 'mac', ruleId: 'R2', severity: 'high', status: 'open' }, at('07:59:09'));
    expect(tally.deltas()).toEqual([
      { dimension: 'total', key: '', count: 2 },
      { dimension: 'status', key: 'open', count: 2 },
      { dimension: 'severity', key: 'high', count: 2 },
      { dimension: 'host', key: 'mac', count: 2 },
      { dimension: 'rule', key: 'R1', count: 1 },
      { dimension: 'rule', key: 'R2', count: 1 },
      { dimension: 'hour', key: '2031-05-06T07', count: 2 },
      { dimension: 'minute', key: '2031-05-06T07:08', count: 1 },
      { dimension: 'minute', key: '2031-05-06T07:59', count: 1 },
    ]);
  });

  it('says nothing about what came and went', () => {
    const tally = new Tally();
    tally.move('open', 'resolved');
    tally.move('resolved', 'open');
    expect(tally.deltas()).toEqual([]);
  });

  it('does not count the hours of a signal that happened days ago', () => {
    const tally = new Tally();
    tally.count({ hostId: 'mac', ruleId: 'R1', severity: 'info', status: 'resolved' }, null, -3);
    expect(tally.deltas().map(({ dimension, count }) => [dimension, count])).toEqual(
      ['total', 'status', 'severity', 'host', 'rule'].map((dimension) => [dimension, -3]),
    );
  });
});

describe('what signals add to the group of their rule on their host', () => {
  const timed = (id: string, moment: string, more: Parameters<typeof aSignal>[0] = {}) => ({
    ...aSignal({ id, hostId: 'mac', ruleId: 'R1', ...more }),
    moment,
  });

  it('is counted, has the newest title, the worst unresolved severity and both ends of its time', () => {
    const [group, ...others] = groupDeltas([
      timed('b', at('07:00:00'), { severity: 'high', title: 'old' }),
      timed('c', at('09:00:00'), { severity: 'low', title: 'new' }),
      timed('a', at('08:00:00'), { severity: 'critical', status: 'resolved' }),
    ]);
    expect(others).toEqual([]);
    expect(group).toEqual({
      hostId: 'mac',
      ruleId: 'R1',
      title: 'new',
      severity: 'high',
      counts: { open: 2, acknowledged: 0, resolved: 1 },
      bySeverity: { high: 1, low: 1, critical: 1 },
      firstAt: at('07:00:00'),
      lastAt: at('09:00:00'),
      newestId: 'c',
    });
  });

  it('is kept apart by host and by rule', () => {
    const signals = [timed('a', at('07:00:00')), timed('b', at('07:00:00'), { hostId: 'mac\nR' })];
    expect(groupDeltas([...signals, timed('c', at('07:00:00'), { ruleId: 'R2' })])).toHaveLength(3);
  });
});
