import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Advisory } from '../advisories/advisory.js';
import { mergeDuplicates } from '../advisories/merge-advisories.js';
import { importSliceRecords, maxNamedRejections } from '../limits.js';
import { AdvisoriesStore } from './advisories.store.js';
import { type FeedRun, type ImportCounts, type ImportResult, noImport, type Rejection } from './feed.js';
import type { SourcedReading } from './feed-files.js';
import { type FeedRecord, FeedRecordsStore, type StagedId } from './feed-records.store.js';
import { JoinGroups } from './join-groups.service.js';
import { TouchedStore } from './touched.store.js';

/**
 * Imports OSV records: first all of them into a staging table, because one id may stand in several places, then slice by
 * slice, in the order of ids, what differs from what is stored. Each slice is a transaction; a crash between two leaves
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

  /** @param isWhole true if what the sources of these readings no longer hold was taken back */
  async execute(run: FeedRun, readings: AsyncIterable<SourcedReading>, isWhole: boolean): Promise<ImportResult> {
    const counts = noImport();
    const rejections: Rejection[] = [];
    const sources = new Set<string>();
    let slice: FeedRecord[] = [];
    let writing = Promise.resolve();
    // The database writes one slice while the next one is read.
    const stage = async (): Promise<void> => {
      await writing;
      writing = this.#stage(run, slice, { read: counts.read, rejected: counts.rejected });
      writing.catch(() => undefined);
      slice = [];
    };
    for await (const { source, reading } of readings) {
      counts.read += 1;
      sources.add(source);
      if (reading.outcome === 'advisory') slice.push({ source, advisory: reading.advisory });
      else if (reading.outcome === 'refused') {
        counts.rejected += 1;
        const { id, reason } = reading;
        if (rejections.length < maxNamedRejections) rejections.push({ source, id, reason });
      }
      if (slice.length >= importSliceRecords) await stage();
    }
    await stage();
    await writing;

    for (let after: string | null = ''; after !== null;) {
      const page = await this.transactions.runAcrossTenants((tx) => this.#applyPage(tx, run.refreshId, after ?? ''));
      counts.added += page.added;
      counts.changed += page.changed;
      await run.onProgress(counts);
      after = page.last;
    }
    if (isWhole) counts.removed = await this.#removeMissing(run.refreshId, [...sources]);
    const { records, newest, digest } = await this.transactions.runAcrossTenants((tx) => this.advisories.summary(tx));
    return { ...counts, records, rejections, version: newest, digest };
  }

  async #stage(run: FeedRun, slice: readonly FeedRecord[], counts: Partial<ImportCounts>): Promise<void> {
    await this.transactions.runAcrossTenants((tx) => this.records.add(tx, run.refreshId, slice));
    await run.onProgress(counts);
  }

  async #applyPage(
    tx: Transaction,
    refreshId: Uuid,
    after: string,
  ): Promise<{ added: number; changed: number; last: string | null }> {
    const page = await this.records.page(tx, refreshId, after, importSliceRecords);
    const differing = page.filter(({ digest, stored }) => digest !== stored);
    if (differing.length > 0) await this.#apply(tx, refreshId, differing);
    const added = differing.filter(({ stored }) => stored === null).length;
    return { added, changed: differing.length - added, last: page.at(-1)?.id ?? null };
  }

  async #apply(tx: Transaction, refreshId: Uuid, staged: readonly StagedId[]): Promise<void> {
    const ids = staged.map(({ id }) => id);
    const advisories = mergeDuplicates(await this.records.bodies(tx, refreshId, ids));
    await this.touched.byAdvisories(tx, refreshId, ids);
    const groupOf = await this.joinGroups.execute(tx, advisories);
    const byId = new Map(advisories.map((advisory): [string, Advisory] => [advisory.id, advisory]));
    await this.advisories.save(
      tx,
      staged.map(({ id, source, digest }) => ({ advisory: byId.get(id)!, source, digest, group: groupOf.get(id)! })),
    );
    await this.#settleGroups(tx, refreshId, [...new Set(ids.map((id) => groupOf.get(id)!))]);
  }

  async #removeMissing(refreshId: Uuid, sources: readonly string[]): Promise<number> {
    let removed = 0;
    for (let isMore = true; isMore;) {
      const gone = await this.transactions.runAcrossTenants(async (tx) => {
        const ids = await this.records.missing(tx, refreshId, sources, importSliceRecords);
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
