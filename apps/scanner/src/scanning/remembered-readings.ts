import { maxRememberedReadingBytes, readingMemoryMs } from '../limits.js';
import type { StoredReading } from './findings-document.js';

interface Remembered {
  readonly reading: StoredReading;
  readonly at: number;
}

/**
 * What documents said, for when they are sent again: jobs run again, images stay as they are. A reading is forgotten when
 * the advisories move on, when there is no room, and after a while, because somebody may remove what was stored of it.
 */
export class RememberedReadings {
  readonly #readings = new Map<string, Remembered>();
  #bytes = 0;

  /** The reading of `key` if it is of this generation of the feeds and young enough at `now`. */
  recall(key: string, generation: number, now: Date): StoredReading | undefined {
    const known = this.#readings.get(key);
    if (known === undefined) return undefined;
    if (known.reading.generation === generation && now.getTime() - known.at < readingMemoryMs) return known.reading;
    this.#forget(key, known);
    return undefined;
  }

  /** Remembers a reading whose transaction has committed. */
  remember(key: string, reading: StoredReading, now: Date): void {
    const before = this.#readings.get(key);
    if (before !== undefined) this.#forget(key, before);
    this.#readings.set(key, { reading, at: now.getTime() });
    this.#bytes += reading.findings.size;
    for (const [oldest, known] of this.#readings) {
      if (this.#bytes <= maxRememberedReadingBytes) break;
      this.#forget(oldest, known);
    }
  }

  #forget(key: string, { reading }: Remembered): void {
    this.#readings.delete(key);
    this.#bytes -= reading.findings.size;
  }
}
