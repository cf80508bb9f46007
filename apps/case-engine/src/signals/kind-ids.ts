/** Numbers of kinds that this process has looked up lately. */
export class KindIds {
  private readonly entries = new Map<string, { readonly id: number; readonly since: number }>();

  /**
   * @param most entries; then the oldest goes
   * @param keptMs how long an entry is believed: shorter than a kind that nobody uses is left in the database
   */
  constructor(
    private readonly most: number,
    private readonly keptMs: number,
  ) {}

  get(text: string, now: Date): number | undefined {
    const entry = this.entries.get(text);
    if (entry === undefined) return undefined;
    if (now.getTime() - entry.since < this.keptMs) return entry.id;
    this.entries.delete(text);
    return undefined;
  }

  set(text: string, id: number, now: Date): void {
    const [oldest] = this.entries.keys();
    if (this.entries.size >= this.most && oldest !== undefined) this.entries.delete(oldest);
    this.entries.set(text, { id, since: now.getTime() });
  }
}
