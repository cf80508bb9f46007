import type { Attempt } from '../outbound/webhook.client.js';
import { limits } from '../limits.js';

/** What becomes of a delivery after an attempt. */
export type Next =
  | { readonly next: 'delivered' }
  | { readonly next: 'retry'; readonly inMs: number }
  | { readonly next: 'failed'; readonly because: string; readonly disableChannel: boolean };

/** Attempts before a delivery is given up. */
export const maxAttempts = limits.retryDelaysMs.length + 1;

/**
 * Decides by what the receiver means, and else by its status as Standard Webhooks advises: 2xx is delivered, 410 says never again, everything else is tried
 * again (a redirect is not followed; a 404 may be a receiver that is being deployed).
 * @param attempt 1 for the first
 * @param random a number in 0..1 for the jitter
 */
export function afterAttempt(attempt: number, result: Attempt, random: number): Next {
  const { statusCode, blocked, error, retryAfterMs, settled = null } = result;
  const is2xx = statusCode !== null && statusCode >= 200 && statusCode < 300;
  if (settled === 'taken' || (settled === null && is2xx)) return { next: 'delivered' };
  const because = error ?? `The receiver answered ${statusCode}.`;
  if (settled === 'gone' || statusCode === 410) return { next: 'failed', because, disableChannel: true };
  if (blocked || settled === 'refused' || attempt >= maxAttempts)
    return { next: 'failed', because, disableChannel: false };
  return { next: 'retry', inMs: Math.max(delayAfter(attempt, random), retryAfterMs ?? 0) };
}

function delayAfter(attempt: number, random: number): number {
  const delay = limits.retryDelaysMs[Math.min(attempt, limits.retryDelaysMs.length) - 1]!;
  return Math.round(delay * (1 + limits.retryJitter * (2 * random - 1)));
}
