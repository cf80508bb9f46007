import { limits } from '../limits.js';

/**
 * How long a receiver wants us to wait, in milliseconds, from its `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP
 * date. Null without one or with one that makes no sense; bounded, because it is a stranger's wish.
 */
export function retryAfterMs(header: string | readonly string[] | undefined, now: Date): number | null {
  const text = typeof header === 'string' ? header.trim() : '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : text === '' ? NaN : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), limits.retryAfterMaxMs);
}
