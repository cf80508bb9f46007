/** Lets the first of a kind through, and the next only after a while; remembers so many and forgets the oldest. */
export class Denials {
  private readonly lastMs = new Map<string, number>();

  constructor(
    private readonly everyMs: number,
    private readonly maxRemembered: number,
  ) {}

  /** True if a refusal of this kind is to be recorded now. */
  isNews(kind: string, nowMs: number): boolean {
    const last = this.lastMs.get(kind);
    if (last !== undefined && nowMs - last < this.everyMs) return false;
    this.lastMs.delete(kind);
    const [oldest] = this.lastMs.keys();
    if (this.lastMs.size >= this.maxRemembered && oldest !== undefined) this.lastMs.delete(oldest);
    this.lastMs.set(kind, nowMs);
    return true;
  }
}
