import type { Uuid } from '@assay/kernel';
import type { Transaction, Transactions } from '@assay/persistence';
import type { Advisory } from '../advisories/advisory.js';
import { importSliceRecords, maxBufferedImportChars } from '../limits.js';
import type { StagedRecord } from './feed-batch.js';
import type { FeedRecordsStore, StagedId } from './feed-records.store.js';

/**
 * All records of one import, by id. One id may stand in several places (AlmaLinux publishes one per release), so all must be
 * there before the first is looked at. A feed of usual size waits in memory, as text; a larger one in the database.
 */
export class StagedRecords {
  #buffer: Map<string, StagedRecord[]> | null = new Map();
  #order: string[] = [];
  #bufferedChars = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly store: FeedRecordsStore,
    private readonly refreshId: Uuid,
  ) {}

  async add(records: readonly StagedRecord[]): Promise<void> {
    if (this.#buffer === null) return this.#write(records);
    for (const record of records) {
      this.#bufferedChars += record.body.length;
      const known = this.#buffer.get(record.id);
      if (known === undefined) this.#buffer.set(record.id, [record]);
      else known.push(record);
    }
    if (this.#bufferedChars > maxBufferedImportChars) await this.#spill();
  }

  /** The next ids in the order of their code units, each with the digests that tell whether something is new. */
  async page(tx: Transaction, after: string, limit: number): Promise<StagedId[]> {
    if (this.#buffer === null) return this.store.page(tx, this.refreshId, after, limit);
    if (this.#order.length !== this.#buffer.size) this.#order = [...this.#buffer.keys()].toSorted();
    const ids = this.#order.slice(after === '' ? 0 : this.#order.indexOf(after) + 1).slice(0, limit);
    const stored = await this.store.storedDigests(tx, ids);
    return ids.map((id) => {
      const records = this.#buffer?.get(id) ?? [];
      const digest = [...new Set(records.map((record) => record.digest))].toSorted().join(' ');
      const source = records.map((record) => record.source).toSorted()[0] ?? '';
      return { id, source, digest, stored: stored.get(id) ?? null };
    });
  }

  /** The records of these ids. */
  async bodies(tx: Transaction, ids: readonly string[]): Promise<Advisory[]> {
    const buffer = this.#buffer;
    if (buffer === null) return this.store.bodies(tx, this.refreshId, ids);
    const records = ids.flatMap((id) => buffer.get(id) ?? []);
    return records.map(({ body }): Advisory => JSON.parse(body));
  }

  /** Ids of the import's sources that are stored and were not in it, at most `limit`. */
  async missing(tx: Transaction, sources: readonly string[], limit: number): Promise<string[]> {
    if (this.#buffer === null) return this.store.missing(tx, this.refreshId, sources, limit);
    const stored = await this.store.idsOf(tx, sources);
    return stored.filter((id) => !this.#buffer?.has(id)).slice(0, limit);
  }

  async #spill(): Promise<void> {
    const records = [...(this.#buffer?.values() ?? [])].flat();
    this.#buffer = null;
    for (let at = 0; at < records.length; at += importSliceRecords) {
      await this.#write(records.slice(at, at + importSliceRecords));
    }
  }

  async #write(records: readonly StagedRecord[]): Promise<void> {
    await this.transactions.runAcrossTenants((tx) => this.store.add(tx, this.refreshId, records));
  }
}
