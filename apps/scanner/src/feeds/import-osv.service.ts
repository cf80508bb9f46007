import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Advisory } from '../advisories/advisory.js';
import { mergeDuplicates } from '../advisories/merge-advisories.js';
import { importSliceRecords, maxNamedRejections } from '../limits.js';
import { AdvisoriesStore } from './advisories.store.js';
import { type FeedRun, type ImportResult, noImport, type Rejection } from './feed.js';
import type { FeedBatch } from './feed-batch.js';
import { FeedRecordsStore, type StagedId } from './feed-records.store.js';
import { JoinGroups } from './join-groups.service.js';
import { StagedRecords } from './staged-records.js';
import { TouchedStore } from './touched.store.js';

/**
 * Imports OSV records: first all of them are staged, because one id may stand in several places, then slice by slice, in the order of ids, what differs from what is stored. Each slice is a transaction; a crash between two leaves
 * advisories that are all right, and the next import does the rest.
 */
@Injectable()
export class ImportOsv {
  constructor(
    private readonly transactions: Transactions,
    private readonly records: FeedRecordsStore,
    private readonly advisories: AdvisoriesStore,
    private readonly joinGroups: JoinGroups,
    private readonly touched: TouchedStore,
  ) {}

  /** @param isWhole true if what the sources of these batches no longer hold was taken back */
  async execute(run: FeedRun, batches: AsyncIterable<FeedBatch>, isWhole: boolean): Promise<ImportResult> {
    const counts = noImport();
    const rejections: Rejection[] = [];
    const sources = new Set<string>();
    const staged = new StagedRecords(this.transactions, this.records, run.refreshId);
    for await (const { read, records, rejections: refused, sources: from } of batches) {
      await staged.add(records);
      counts.read += read;
      counts.rejected += refused.length;
      rejections.push(...refused.slice(0, maxNamedRejections - rejections.length));
      for (const source of from) sources.add(source);
      await run.onProgress({ read: counts.read, rejected: counts.rejected });
    }

    for (let after: string | null = ''; after !== null;) {
      const page = await this.transactions.runAcrossTenants((tx) =>
        this.#applyPage(tx, run.refreshId, staged, after ?? ''),
      );
      counts.added += page.added;
      counts.changed += page.changed;
      await run.onProgress(counts);
      after = page.last;
    }
    if (isWhole) counts.removed = await this.#removeMissing(run.refreshId, staged, [...sources]);
    const { records, newest, digest } = await this.transactions.runAcrossTenants((tx) => this.advisories.summary(tx));
    return { ...counts, records, rejections, version: newest, digest, details: {} };
  }

  async #applyPage(
    tx: Transaction,
    refreshId: Uuid,
    staged: StagedRecords,
    after: string,
  ): Promise<{ added: number; changed: number; last: string | null }> {
    const page = await staged.page(tx, after, importSliceRecords);
    const differing = page.filter(({ digest, stored }) => digest !== stored);
    if (differing.length > 0) await this.#apply(tx, refreshId, staged, differing);
    const added = differing.filter(({ stored }) => stored === null).length;
    return { added, changed: differing.length - added, last: page.at(-1)?.id ?? null };
  }

  async #apply(tx: Transaction, refreshId: Uuid, staged: StagedRecords, differing: readonly StagedId[]): Promise<void> {
    const ids = differing.map(({ id }) => id);
    const advisories = mergeDuplicates(await staged.bodies(tx, ids));
    await this.touched.byAdvisories(tx, refreshId, ids);
    const groupOf = await this.joinGroups.execute(tx, advisories);
    const byId = new Map(advisories.map((advisory): [string, Advisory] => [advisory.id, advisory]));
    await this.advisories.save(
      tx,
      differing.map(({ id, source, digest }) => ({ advisory: byId.get(id)!, source, digest, group: groupOf.get(id)! })),
    );
    await this.#settleGroups(tx, refreshId, [...new Set(ids.map((id) => groupOf.get(id)!))]);
  }

  async #removeMissing(refreshId: Uuid, staged: StagedRecords, sources: readonly string[]): Promise<number> {
    let removed = 0;
    for (let isMore = true; isMore;) {
      const gone = await this.transactions.runAcrossTenants(async (tx) => {
        const ids = await staged.missing(tx, sources, importSliceRecords);
        if (ids.length === 0) return 0;
        await this.touched.byAdvisories(tx, refreshId, ids);
        await this.#settleGroups(tx, refreshId, await this.advisories.remove(tx, ids));
        return ids.length;
      });
      removed += gone;
      isMore = gone > 0;
    }
    return removed;
  }

  /** What one advisory of a group says shows at every finding of the group: severity, title, aliases. */
  async #settleGroups(tx: Transaction, refreshId: Uuid, groups: readonly Uuid[]): Promise<void> {
    await this.advisories.rateGroups(tx, groups);
    await this.touched.byGroups(tx, refreshId, groups);
  }
}
