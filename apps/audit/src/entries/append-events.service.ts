import type { Envelope } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { SignHeads } from '../checkpoints/sign-heads.service.js';
import { sealEntry } from '../log/entry.js';
import { append } from '../log/frontier.js';
import { EntriesStore } from './entries.store.js';
import { LogsStore } from './logs.store.js';
import { isRecorded, recordableOf } from './recorded.js';

/** Appends events of one tenant to its log: each once, whoever delivers it and how often. */
@Injectable()
export class AppendEvents {
  constructor(
    private readonly logs: LogsStore,
    private readonly entries: EntriesStore,
    private readonly signHeads: SignHeads,
  ) {}

  /** Gives the number of entries that were new. @throws AssayError `audit.entry-invalid`, `audit.entry-too-large` */
  async execute(tx: Transaction, events: readonly Envelope[]): Promise<number> {
    const recorded = events.filter(isRecorded);
    if (recorded.length === 0) return 0;
    const frontier = await this.logs.lock(tx);
    // Asked under the lock: from here on nobody else adds to this log.
    const known = await this.entries.known(
      tx,
      recorded.map(({ id }) => id),
    );
    const fresh = recorded.filter(({ id }) => !known.has(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (fresh.length === 0) return 0;
    const added = fresh.map((event, at) => ({
      index: frontier.size + at,
      sealed: sealEntry(recordableOf(event)),
      source: event.source,
      subject: event.subject,
      receiptId: event.correlationid,
    }));
    const grown = append(
      frontier,
      added.map(({ sealed }) => sealed.leafHash),
    );
    await this.entries.add(tx, added);
    await this.logs.grow(tx, grown.frontier, grown.completed);
    tx.afterCommit(() => this.signHeads.soon(tx.tenant));
    return added.length;
  }
}
