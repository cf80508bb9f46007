import { asAssayError } from '@assay/kernel';
import { type OutboxRow, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { AcceptedReceipt } from '../receipts/receipt.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';

/** A receipt and the event that tells of it, which commit together. */
export interface ReceiptToCommit {
  readonly receipt: AcceptedReceipt;
  readonly event: OutboxRow;
}

interface Waiting extends ReceiptToCommit {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits the receipts of many requests together: a flush to disk costs the same for one as for hundreds. A request that
 * comes alone goes at once; while a group is on its way the next collects, for 3 ms or 256 receipts.
 */
@Injectable()
export class ReceiptsGroupCommit {
  private waiting: Waiting[] = [];
  private inFlight = 0;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptsStore,
  ) {}

  /** Resolves once the receipt is durable. @throws what its own row cannot do, and nobody else's */
  async commit(item: ReceiptToCommit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...item, resolve, reject });
      if (this.waiting.length >= limits.groupMaxReceipts) this.send();
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
      const group = this.waiting.splice(0, limits.groupMaxReceipts);
      this.inFlight += 1;
      void this.commitGroup(group).finally(() => {
        this.inFlight -= 1;
        if (this.waiting.length > 0) this.schedule();
      });
    }
  }

  private async commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await this.insert(group);
      for (const { resolve } of group) resolve();
    } catch (error) {
      // Without a database each alone would fail as all did; anything else may be the fault of one row.
      if (group.length === 1 || asAssayError(error).kind === 'unavailable')
        for (const { reject } of group) reject(error);
      else for (const each of group) await this.insert([each]).then(each.resolve, each.reject);
    }
  }

  private async insert(group: readonly ReceiptToCommit[]): Promise<void> {
    await this.transactions.runGroupInsert(async (tx) => {
      await this.receipts.addAll(
        tx,
        group.map(({ receipt }) => receipt),
      );
      tx.append(group.map(({ event }) => event));
    });
  }
}
