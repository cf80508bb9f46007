interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A token bucket for each credential: a second's worth of requests at once, refilled all the time. Full buckets are
 * forgotten, so that only credentials in use cost memory.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perSecond: number,
    private readonly maxBuckets: number,
  ) {}

  /** Zero if the request may pass, else the seconds after which one may, rounded up. */
  secondsToWait(key: string, nowMs: number): number {
    const { tokens } = this.refilled(key, nowMs);
    if (tokens < 1) {
      this.keep(key, { tokens, atMs: nowMs });
      return Math.ceil((1 - tokens) / this.perSecond);
    }
    this.keep(key, { tokens: tokens - 1, atMs: nowMs });
    return 0;
  }

  private refilled(key: string, nowMs: number): Bucket {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return { tokens: this.perSecond, atMs: nowMs };
    const tokens = bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * this.perSecond;
    return { tokens: Math.min(this.perSecond, tokens), atMs: nowMs };
  }

  private keep(key: string, bucket: Bucket): void {
    this.buckets.delete(key);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size >= this.maxBuckets && oldest !== undefined) this.buckets.delete(oldest);
    this.buckets.set(key, bucket);
  }
}
