import { type OutboxRow, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { AcceptedReceipt } from '../receipts/receipt.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { GroupCommit } from './group-commit.js';

/** A receipt and the event that tells of it, which commit together. */
export interface ReceiptToCommit {
  readonly receipt: AcceptedReceipt;
  readonly event: OutboxRow;
}

/** Commits the receipts of many requests together. */
@Injectable()
export class ReceiptsGroupCommit {
  private readonly groups = new GroupCommit<ReceiptToCommit>({
    write: (group) => this.insert(group),
    maxItems: limits.groupMaxReceipts,
  });

  constructor(
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptsStore,
  ) {}

  /** Resolves once the receipt is durable. @throws what its own row cannot do, and nobody else's */
  async commit(item: ReceiptToCommit): Promise<void> {
    return this.groups.commit(item);
  }

  private async insert(group: readonly ReceiptToCommit[]): Promise<void[]> {
    await this.transactions.runGroupInsert(async (tx) => {
      await this.receipts.addAll(
        tx,
        group.map(({ receipt }) => receipt),
      );
      tx.append(group.map(({ event }) => event));
    });
    return group.map(() => undefined);
  }
}
