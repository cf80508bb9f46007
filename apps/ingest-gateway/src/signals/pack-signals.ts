import type { ReceivedSignal } from '@assay/contracts';
import { limits } from '../limits.js';

/** Signals in groups, in their order, each of which fits into a message. */
export function packed(signals: readonly ReceivedSignal[]): ReceivedSignal[][] {
  const groups: ReceivedSignal[][] = [];
  let left = 0;
  for (const signal of signals) {
    const bytes = Buffer.byteLength(JSON.stringify(signal)) + 1;
    if (bytes > left) {
      groups.push([]);
      left = limits.signalMessageBytes;
    }
    groups.at(-1)!.push(signal);
    left -= bytes;
  }
  return groups;
}
