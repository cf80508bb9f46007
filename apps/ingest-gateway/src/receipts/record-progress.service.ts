import { isDeepStrictEqual } from 'node:util';
import type { VexOutcome } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Judgement, type ReceiptState, type ScanOutcome, stateOf } from './receipt.js';
import { type LockedReceipt, ReceiptsStore, type StageOfReceipt, storedStatus } from './receipts.store.js';

export interface DecidedReceipt extends Judgement {
  readonly receiptId: Uuid;
}

/** Writes what services report into timelines, and what follows from it for the state of the receipts. */
@Injectable()
export class RecordProgress {
  constructor(private readonly receipts: ReceiptsStore) {}

  /** Stages that ended, well or not. Those of receipts that nobody knows are ignored. */
  async stagesEnded(tx: Transaction, reported: readonly StageOfReceipt[]): Promise<void> {
    await this.record(tx, reported, (known) => {
      const newest = newestOfEachStage(reported.filter(({ receiptId }) => known.has(receiptId)));
      return this.receipts.saveStages(tx, newest);
    });
  }

  /** VEX documents that were applied; that their work has ended is told by their stages. */
  async vexApplied(
    tx: Transaction,
    applied: readonly { readonly id: Uuid; readonly outcome: VexOutcome }[],
  ): Promise<void> {
    await this.receipts.saveVex(tx, [...new Map(applied.map((each) => [each.id, each])).values()]);
  }

  /** Scans of benchmarks that were recorded; that their document is done is told by its stage. */
  async benchmarksCompleted(tx: Transaction, scans: readonly ScanOutcome[]): Promise<void> {
    const known = scans.flatMap((scan) => (scan.receiptId === null ? [] : [{ id: scan.receiptId, scan }]));
    if (known.length > 0) await this.receipts.saveBenchmarks(tx, known);
  }

  async decided(tx: Transaction, results: readonly DecidedReceipt[]): Promise<void> {
    await this.record(tx, results, async () => undefined, lastOfEach(results));
  }

  /**
   * The lock comes first: of two reports at once the later one must see what the earlier one wrote. Receipts whose state
   * and verdict stay what they are stay unwritten.
   */
  private async record(
    tx: Transaction,
    reported: readonly { readonly receiptId: Uuid }[],
    save: (known: ReadonlySet<Uuid>) => Promise<void>,
    judgements: ReadonlyMap<Uuid, Judgement> = new Map(),
  ): Promise<void> {
    const ids = [...new Set(reported.map(({ receiptId }) => receiptId))];
    const before = await this.receipts.lock(tx, ids);
    if (before.length === 0) return;
    const known = before.map(({ id }) => id);
    await save(new Set(known));
    const stages = Map.groupBy(await this.receipts.stagesOf(tx, known), ({ receiptId }) => receiptId);
    const outcomes = before.map((receipt) => {
      const { id, kind, isJudged } = receipt;
      const judgement = judgements.get(id) ?? null;
      return { receipt, id, state: stateOf(kind, stages.get(id) ?? [], isJudged || judgement !== null), judgement };
    });
    await this.receipts.saveOutcomes(
      tx,
      outcomes.filter(({ receipt, state, judgement }) => judgement !== null || !isAsBefore(receipt, state)),
    );
  }
}

function isAsBefore(receipt: LockedReceipt, { status, error }: ReceiptState): boolean {
  return receipt.status === storedStatus(status) && isDeepStrictEqual(receipt.error, error);
}

/** One statement can write a row once, so that of two reports on one stage the newer stays. */
function newestOfEachStage(reported: readonly StageOfReceipt[]): StageOfReceipt[] {
  const newest = new Map<string, StageOfReceipt>();
  for (const each of reported) {
    const key = `${each.receiptId} ${each.stage}`;
    const before = newest.get(key);
    if (before === undefined || before.at <= each.at) newest.set(key, each);
  }
  return [...newest.values()];
}

function lastOfEach(results: readonly DecidedReceipt[]): Map<Uuid, DecidedReceipt> {
  return new Map(results.map((each) => [each.receiptId, each]));
}
