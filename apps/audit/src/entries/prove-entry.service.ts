import { AssayError } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AuditErrorCode } from '../audit.errors.js';
import { CheckpointsStore, type StoredCheckpoint } from '../checkpoints/checkpoints.store.js';
import type { Hash } from '../log/merkle.js';
import { proveInclusion } from '../log/proofs.js';
import { hashesFromTiles } from '../log/tile-hashes.js';
import { EntriesStore, type RecordedEntry } from './entries.store.js';
import { TilesStore } from './tiles.store.js';

/** That an entry is in the log whose head a checkpoint signs. */
export interface EntryProof {
  readonly entry: RecordedEntry;
  readonly checkpoint: StoredCheckpoint;
  /** The siblings on the way to the root, lowest first (RFC 6962 §2.1.1). */
  readonly path: readonly Hash[];
}

/** Proves that an entry is in the log, for people who trust the key and nothing else. */
@Injectable()
export class ProveEntry {
  constructor(
    private readonly transactions: Transactions,
    private readonly entries: EntriesStore,
    private readonly tiles: TilesStore,
    private readonly checkpoints: CheckpointsStore,
  ) {}

  /** @throws AssayError `audit.no-such-entry`, `audit.no-checkpoint` while no signed head covers the entry yet */
  async execute(log: string, index: number): Promise<EntryProof> {
    return this.transactions.run(log, async (tx) => {
      const entry = await this.entries.find(tx, index);
      if (entry === null) throw notFound('audit.no-such-entry', `There is no entry ${index}.`);
      const checkpoint = await this.checkpoints.newest(tx);
      if (checkpoint === null || checkpoint.size <= index) {
        throw notFound('audit.no-checkpoint', `No signed head covers entry ${index} yet; try again in a second.`);
      }
      return { entry, checkpoint, path: await this.pathOf(tx, index, checkpoint.size) };
    });
  }

  /** The proof alone, within a transaction of the log. */
  async pathOf(tx: Transaction, index: number, size: number): Promise<Hash[]> {
    return proveInclusion(index, size, hashesFromTiles(size, this.tiles.reader(tx)));
  }
}

function notFound(code: AuditErrorCode, message: string): AssayError {
  return new AssayError<AuditErrorCode>('not-found', code, message);
}
