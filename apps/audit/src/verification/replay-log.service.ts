import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { setImmediate as pause } from 'node:timers/promises';
import { CheckpointsStore } from '../checkpoints/checkpoints.store.js';
import { EntriesStore, type RecordedEntry } from '../entries/entries.store.js';
import { LogsStore } from '../entries/logs.store.js';
import { LogKey } from '../keys/log-key.service.js';
import { REPLAY_PAGE_ENTRIES, VERIFY_CHECKPOINTS } from '../limits.js';
import { exportCheckpoint, exportEntry, exportHead } from './export-format.js';

/** Reads whole logs in pages, each a transaction of its own, so that neither a lock nor the event loop is held. */
@Injectable()
export class ReplayLog {
  constructor(
    private readonly transactions: Transactions,
    private readonly logs: LogsStore,
    private readonly entries: EntriesStore,
    private readonly checkpoints: CheckpointsStore,
    private readonly key: LogKey,
  ) {}

  /** How many entries the log has by its own account. */
  async sizeOf(log: string): Promise<number> {
    return (await this.transactions.run(log, (tx) => this.logs.head(tx)))?.size ?? 0;
  }

  /** Signed notes of heads from one size to another, a selection where there are many. */
  async notes(log: string, from = 0, until: number = Number.MAX_SAFE_INTEGER): Promise<string[]> {
    return this.transactions.run(log, (tx) => this.checkpoints.notes(tx, from, until, VERIFY_CHECKPOINTS));
  }

  /** All entries below `size`, in order, with gaps where rows are gone. */
  async *entriesOf(log: string, size: number): AsyncGenerator<RecordedEntry> {
    for (let next = 0; next < size;) {
      const page = await this.transactions.run(log, (tx) => this.entries.from(tx, next, size, REPLAY_PAGE_ENTRIES));
      if (page.length === 0) return;
      yield* page;
      next = page.at(-1)!.index + 1;
      await pause();
    }
  }

  /** The whole log as lines of JSON, to be verified somewhere else. */
  async *exportOf(log: string): AsyncGenerator<string> {
    const size = await this.sizeOf(log);
    yield exportHead({ origin: this.key.originOf(log), verifierKey: this.key.verifierKeyOf(log), size });
    for (const note of await this.notes(log, 0, size)) yield exportCheckpoint(note);
    for await (const entry of this.entriesOf(log, size)) yield exportEntry(entry);
  }
}
