import { type Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../ingest-gateway.errors.js';
import { mayActOnSubject } from './visibility.js';
import type { ReceiptStatus } from './receipt.js';
import { type Receipt, ReceiptsStore, type StageOfReceipt } from './receipts.store.js';

/** Receipts of the caller's tenant, as far as the caller's scope reaches. */
@Injectable()
export class ReadReceipts {
  constructor(
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptsStore,
  ) {}

  /** @throws AssayError `receipts.unknown`, also for another tenant's and for one outside of the caller's scope */
  async timeline(id: Uuid, caller: Principal): Promise<{ receipt: Receipt; stages: StageOfReceipt[] }> {
    return this.transactions.run(caller.tenant, async (tx) => {
      // Stages first: a status that is read after them is never behind what they say.
      const stages = await this.receipts.stagesOf(tx, [id]);
      const receipt = await this.receipts.find(tx, id);
      if (receipt === null || !mayActOnSubject(caller, receipt)) {
        throw notFound('receipts.unknown', 'There is no such receipt.');
      }
      return { receipt, stages };
    });
  }

  /** Newest first. Pages of a limited key may be short: what its scope does not cover is left out of them. */
  async list(caller: Principal, limit: number, before: Uuid | null, status: ReceiptStatus | null): Promise<Receipt[]> {
    return this.transactions.run(caller.tenant, (tx) => this.receipts.list(tx, limit, before, status));
  }

  async count(caller: Principal, status: ReceiptStatus | null): Promise<number> {
    return this.transactions.run(caller.tenant, (tx) => this.receipts.count(tx, status));
  }
}
