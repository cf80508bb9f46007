import { describe, expect, it } from 'vitest';
import { FailedAttempts } from './failed-attempts.js';

function failing(times: number, address: string, attempts = new FailedAttempts(3, 60_000, 2)): FailedAttempts {
  for (let time = 0; time < times; time++) attempts.add(address, 0);
  return attempts;
}

describe('failed attempts', () => {
  it('close the door for the rest of the window', () => {
    expect(failing(2, '192.0.2.1').secondsToWait('192.0.2.1', 1_000)).toBe(0);
    const closed = failing(3, '192.0.2.1');
    expect(closed.secondsToWait('192.0.2.1', 1_000)).toBe(59);
    expect(closed.secondsToWait('192.0.2.1', 60_000)).toBe(0);
    expect(closed.secondsToWait('192.0.2.2', 1_000)).toBe(0);
  });

  it('begin anew after the window', () => {
    const attempts = failing(3, '192.0.2.1');
    attempts.add('192.0.2.1', 60_000);
    expect(attempts.secondsToWait('192.0.2.1', 60_001)).toBe(0);
  });

  it('of one IPv6 network are one caller', () => {
    const attempts = failing(3, '2001:db8:0:1::1');
    expect(attempts.secondsToWait('2001:db8::1:99:0:0:1', 0)).toBe(60);
    expect(attempts.secondsToWait('2001:db8:0:2::1', 0)).toBe(0);
  });

  it('of IPv4 callers on an IPv6 socket stay apart', () => {
    expect(failing(3, '::ffff:192.0.2.1').secondsToWait('::ffff:192.0.2.2', 0)).toBe(0);
  });

  it('are remembered of a bounded number of addresses', () => {
    const attempts = failing(3, '192.0.2.1');
    attempts.add('192.0.2.2', 0);
    attempts.add('192.0.2.3', 0);
    expect(attempts.secondsToWait('192.0.2.1', 0)).toBe(0);
  });
});
