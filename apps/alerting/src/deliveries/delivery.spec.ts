import { describe, expect, it } from 'vitest';
import type { Attempt } from '../outbound/webhook.client.js';
import { afterAttempt, maxAttempts } from './delivery.js';

const answered = (statusCode: number, changes: Partial<Attempt> = {}): Attempt => ({
  durationMs: 5,
  statusCode,
  response: null,
  error: null,
  blocked: false,
  retryAfterMs: null,
  ...changes,
});

describe('after an attempt', () => {
  it.each([200, 201, 204, 299])('%i is delivered', (status) => {
    expect(afterAttempt(1, answered(status), 0.5)).toEqual({ next: 'delivered' });
  });

  it.each([301, 400, 401, 404, 429, 500, 503])('%i is tried again', (status) => {
    expect(afterAttempt(1, answered(status), 0.5)).toEqual({ next: 'retry', inMs: 5_000 });
  });

  it('no answer is tried again', () => {
    const silent = answered(0, { statusCode: null, error: 'The receiver refused the connection.' });
    expect(afterAttempt(2, silent, 0.5)).toEqual({ next: 'retry', inMs: 30_000 });
  });

  it('410 ends it and turns the channel off', () => {
    expect(afterAttempt(1, answered(410), 0.5)).toMatchObject({ next: 'failed', disableChannel: true });
  });

  it('a refused address ends it and leaves the channel on', () => {
    const refused = answered(0, { statusCode: null, error: 'The URL points …', blocked: true });
    expect(afterAttempt(1, refused, 0.5)).toEqual({ next: 'failed', because: refused.error, disableChannel: false });
  });

  it('the delays grow for more than three days and then it is given up', () => {
    const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => afterAttempt(index + 1, answered(500), 0.5));
    const ms = delays.map((outcome) => (outcome.next === 'retry' ? outcome.inMs : 0));
    expect(ms).toEqual(ms.toSorted((a, b) => a - b));
    expect(ms.reduce((sum, each) => sum + each)).toBeGreaterThan(2.5 * 86_400_000);
    expect(afterAttempt(maxAttempts, answered(500), 0.5)).toMatchObject({ next: 'failed', disableChannel: false });
  });

  it('the delay varies by a fifth', () => {
    expect(afterAttempt(1, answered(500), 0)).toEqual({ next: 'retry', inMs: 4_000 });
    expect(afterAttempt(1, answered(500), 1)).toEqual({ next: 'retry', inMs: 6_000 });
  });

  it('a receiver that asks for more time gets it, and never less than the delay', () => {
    expect(afterAttempt(1, answered(429, { retryAfterMs: 90_000 }), 0.5)).toEqual({ next: 'retry', inMs: 90_000 });
    expect(afterAttempt(1, answered(429, { retryAfterMs: 1_000 }), 0.5)).toEqual({ next: 'retry', inMs: 5_000 });
  });
});
