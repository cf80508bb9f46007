import { limits } from '../../limits.js';
import { refusal } from '../patchhound.errors.js';

/** What one request has spooled before anybody knows who sends it. */
export interface StrangersShare {
  /** @throws AssayError `patchhound.spool-full` (503) when strangers have spooled as much as they may */
  add(bytes: number): void;
  /** Gives it back: the sender is known now, or the request is over. */
  release(): void;
}

/**
 * Bounds what callers whose token has not come yet may put on this machine's disk: all of them together and each
 * address alone. The token is a field of the form, and files may stand before it.
 */
export class StrangersSpool {
  private total = 0;
  private readonly byAddress = new Map<string, number>();

  constructor(
    private readonly maxBytes: number = limits.strangersSpoolBytes,
    private readonly maxBytesPerAddress: number = limits.strangersSpoolBytesPerAddress,
  ) {}

  open(address: string): StrangersShare {
    let own = 0;
    let isReleased = false;
    return {
      add: (bytes) => {
        if (isReleased) return;
        const ofAddress = (this.byAddress.get(address) ?? 0) + bytes;
        if (this.total + bytes > this.maxBytes || ofAddress > this.maxBytesPerAddress) {
          const retryAfterSeconds = limits.intakeRetryAfterSeconds;
          throw refusal('patchhound.spool-full', 'Too many uploads are under way', { retryAfterSeconds });
        }
        own += bytes;
        this.total += bytes;
        this.byAddress.set(address, ofAddress);
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.total -= own;
        const left = (this.byAddress.get(address) ?? 0) - own;
        if (left > 0) this.byAddress.set(address, left);
        else this.byAddress.delete(address);
      },
    };
  }
}
