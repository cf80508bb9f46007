/** What a credential has left of its minute. */
export interface Allowance {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Until all of it is there again, rounded up. */
  readonly resetSeconds: number;
}

interface Window {
  readonly endsAtMs: number;
  used: number;
}

/**
 * So many requests of a credential in each window, which begins with the first of them. Windows that are over are forgotten when
 * there are too many.
 */
export class SubmissionWindow {
  readonly #windows = new Map<string, Window>();

  constructor(
    private readonly limits: { readonly requests: number; readonly windowMs: number; readonly maxWindows: number },
  ) {}

  /** Counts a request, unless it is one too many. */
  take(key: string, nowMs: number): Allowance {
    const { requests } = this.limits;
    const window = this.#windowOf(key, nowMs);
    const isAllowed = window.used < requests;
    if (isAllowed) window.used += 1;
    const resetSeconds = Math.ceil((window.endsAtMs - nowMs) / 1_000);
    return { isAllowed, remaining: requests - window.used, resetSeconds };
  }

  #windowOf(key: string, nowMs: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined && known.endsAtMs > nowMs) return known;
    this.#windows.delete(key);
    if (this.#windows.size >= this.limits.maxWindows) this.#forget(nowMs);
    const window = { endsAtMs: nowMs + this.limits.windowMs, used: 0 };
    this.#windows.set(key, window);
    return window;
  }

  /** Those that are over, else the oldest. Windows end in the order in which they began. */
  #forget(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.#windows) {
      if (endsAtMs > nowMs && this.#windows.size < this.limits.maxWindows) return;
      this.#windows.delete(key);
    }
  }
}
