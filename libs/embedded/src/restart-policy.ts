import { firstRestartDelayMs, healthyAfterMs, longestRestartDelayMs } from './limits.js';

/**
 * How often in a row something has died before it was healthy, after it ran `ranMs` this time and died again.
 * A healthy minute forgives everything before it.
 */
export function failuresAfterExit(failuresBefore: number, ranMs: number): number {
  return ranMs >= healthyAfterMs ? 1 : failuresBefore + 1;
}

/** How long to wait before a restart after so many failures in a row: doubles each time, up to a bound. In milliseconds. */
export function restartDelayMs(failures: number): number {
  const doublings = Math.max(0, failures - 1);
  return Math.min(longestRestartDelayMs, firstRestartDelayMs * 2 ** Math.min(doublings, 20));
}
