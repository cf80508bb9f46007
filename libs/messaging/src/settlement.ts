import type { AssayError } from '@assay/kernel';
import { limits } from './limits.js';

/** What happens to an event whose handler failed. */
export type Settlement =
  | { readonly outcome: 'dead-letter' }
  | { readonly outcome: 'retry'; readonly delayMs: number }
  | { readonly outcome: 'hold' };

/**
 * The one table from kind of failure to settlement (`semantics.md` §5). `attempts` counts the failed attempts so far,
 * this one included. `unavailable` holds the event and burns nothing.
 */
export function settle(error: AssayError, attempts: number): Settlement {
  switch (error.kind) {
    case 'invalid':
    case 'forbidden':
      return { outcome: 'dead-letter' };
    case 'unavailable':
      return { outcome: 'hold' };
    case 'not-found':
    case 'conflict':
      return spentMs(attempts) >= limits.overtakenMs ? { outcome: 'dead-letter' } : retry(attempts);
    case 'bug':
      return attempts >= limits.bugAttempts ? { outcome: 'dead-letter' } : retry(attempts);
  }
}

function retry(attempts: number): Settlement {
  return { outcome: 'retry', delayMs: delayAfter(attempts) };
}

function delayAfter(attempt: number): number {
  return limits.retryDelaysMs[Math.min(attempt, limits.retryDelaysMs.length) - 1] ?? limits.retryDelaysMs[0];
}

/** The time that the delays before this attempt add up to. */
function spentMs(attempts: number): number {
  let sum = 0;
  for (let attempt = 1; attempt < attempts; attempt += 1) sum += delayAfter(attempt);
  return sum;
}
