/** A bounded queue between readers of the broker and workers: a full queue makes the readers stop pulling. */
export class MessageQueue<Item> {
  private readonly items: Item[] = [];
  private readonly takers: ((item: Item | null) => void)[] = [];
  private readonly waiting: (() => void)[] = [];
  private closed = false;
  private wanted = Number.POSITIVE_INFINITY;
  private onFilled: () => void = () => undefined;

  /** Adds an item; waits while `capacity` items are there already. */
  async put(item: Item, capacity: number): Promise<void> {
    const taker = this.takers.shift();
    if (taker !== undefined) return taker(item);
    this.items.push(item);
    if (this.items.length >= this.wanted) this.onFilled();
    if (this.items.length >= capacity && !this.closed) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** The next item; null once the queue is closed. */
  async take(): Promise<Item | null> {
    const item = this.items.shift();
    this.makeRoom();
    if (item !== undefined) return item;
    if (this.closed) return null;
    return new Promise((resolve) => this.takers.push(resolve));
  }

  /** Up to `most` items from the head, as long as they are `wanted`. Never waits. */
  takeWhile(wanted: (item: Item) => boolean, most: number): Item[] {
    let count = 0;
    while (count < most && count < this.items.length && wanted(this.items[count]!)) count += 1;
    const taken = this.items.splice(0, count);
    this.makeRoom();
    return taken;
  }

  /** Resolves when so many items wait, when the time is over, or when the queue is closed. For one caller at a time. */
  async filled(count: number, timeoutMs: number): Promise<void> {
    if (this.items.length >= count || this.closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.wanted = count;
      this.onFilled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wanted = Number.POSITIVE_INFINITY;
    this.onFilled = () => undefined;
  }

  /** Ends all takers and gives what nobody took. */
  close(): Item[] {
    this.closed = true;
    this.onFilled();
    for (const taker of this.takers.splice(0)) taker(null);
    this.makeRoom();
    return this.items.splice(0);
  }

  private makeRoom(): void {
    for (const goOn of this.waiting.splice(0)) goOn();
  }
}
