import { asAssayError } from '@assay/kernel';
import { limits } from '../limits.js';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Item, Result> {
  /** Writes a group durably in one transaction and gives a result for each, in the same order. */
  readonly write: (group: readonly Item[]) => Promise<readonly Result[]>;
  /** The most that are written together. */
  readonly maxItems: number;
}

/**
 * Commits what many requests bring together: a flush to disk costs the same for one as for hundreds. A request that comes
 * alone goes at once; while a group is on its way the next collects, for 3 ms or until it is full.
 */
export class GroupCommit<Item, Result = void> {
  private waiting: Waiting<Item, Result>[] = [];
  private inFlight = 0;
  private written = 0;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {}

  /** How many are not durable yet. */
  get size(): number {
    return this.waiting.length + this.written;
  }

  /** Resolves once the item is durable. @throws what its own row cannot do, and nobody else's */
  async commit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length >= this.options.maxItems) this.send();
      else this.schedule();
    });
  }

  private schedule(): void {
    if (this.timer !== undefined || this.inFlight >= limits.groupsInFlight) return;
    const send = (): void => {
      this.timer = undefined;
      this.send();
    };
    this.timer = this.inFlight === 0 ? setImmediate(send) : setTimeout(send, limits.groupWaitMs);
  }

  private send(): void {
    while (this.inFlight < limits.groupsInFlight && this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.options.maxItems);
      this.inFlight += 1;
      this.written += group.length;
      void this.commitGroup(group).finally(() => {
        this.inFlight -= 1;
        this.written -= group.length;
        if (this.waiting.length > 0) this.schedule();
      });
    }
  }

  /** Without a database each alone would fail as all did; anything else may be the fault of one item, which halving finds. */
  private async commitGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.write(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      if (group.length === 1 || asAssayError(error).kind === 'unavailable') {
        for (const { reject } of group) reject(error);
        return;
      }
      const half = Math.ceil(group.length / 2);
      await this.commitGroup(group.slice(0, half));
      await this.commitGroup(group.slice(half));
    }
  }
}
