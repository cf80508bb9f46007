import { describe, expect, it } from 'vitest';
import { effectiveSchedule, type Schedule } from './host-schedule.js';
import { checkScanTimes, nextScanAfter } from './scan-times.js';

const says = (changes: Partial<Schedule> = {}): Schedule => ({
  updateIntervalMinutes: null,
  scanIntervalMinutes: null,
  silentAfterMinutes: null,
  ...changes,
});
const defaults = { updateIntervalMinutes: 60, silentAfterMinutes: 5 };

describe('what holds for a host', () => {
  it('is what it says itself, then the first of its groups that says something, then the setting', () => {
    const groups = [says({ silentAfterMinutes: 10 }), says({ silentAfterMinutes: 20, updateIntervalMinutes: 30 })];
    expect(effectiveSchedule(says(), groups, defaults)).toEqual({
      updateIntervalMinutes: 30,
      scanIntervalMinutes: null,
      silentAfterMinutes: 10,
    });
    expect(effectiveSchedule(says({ silentAfterMinutes: 1 }), groups, defaults).silentAfterMinutes).toBe(1);
    expect(effectiveSchedule(says(), [], defaults)).toMatchObject(defaults);
  });
});

describe('times of scans', () => {
  it('are meant in their zone, over the change of clocks too', () => {
    const winter = new Date('2031-03-29T12:00:00Z');
    expect(nextScanAfter('30 4 * * *', 'Europe/Berlin', winter).toISOString()).toBe('2031-03-30T02:30:00.000Z');
    expect(nextScanAfter('30 4 * * *', 'UTC', winter).toISOString()).toBe('2031-03-30T04:30:00.000Z');
  });

  it.each([
    ['* * * * * *', 'UTC'],
    ['61 * * * *', 'UTC'],
    ['every day', 'UTC'],
    ['', 'UTC'],
    ['* * * * *', 'Mars/Olympus'],
  ])('that are none are refused: %s in %s', (cron, zone) => {
    expect(() => checkScanTimes(cron, zone)).toThrow(expect.objectContaining({ code: 'hosts.malformed-schedule' }));
  });

  it('may be missing', () => expect(() => checkScanTimes(null, 'Europe/Berlin')).not.toThrow());
});
