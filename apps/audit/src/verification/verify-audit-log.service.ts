import { setTimeout as sleep } from 'node:timers/promises';
import { tamperingDetectedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { asAssayError, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CheckpointsStore } from '../checkpoints/checkpoints.store.js';
import { EntriesStore, type RecordedEntry } from '../entries/entries.store.js';
import { ProveEntry } from '../entries/prove-entry.service.js';
import { LogKey } from '../keys/log-key.service.js';
import { ERASURE_POLL_MS, ERASURE_RECORD_MS, RECEIPT_ENTRIES_MAX } from '../limits.js';
import { type Checkpoint, openCheckpoint } from '../log/checkpoint.js';
import { encodeEntry, payloadDigestOf } from '../log/entry.js';
import { hashLeaf } from '../log/merkle.js';
import { type Difference, type LogVerification, verifyLog } from '../log/verify-log.js';
import { verifyInclusion } from '../log/verify-proof.js';
import { ReplayLog } from './replay-log.service.js';

/** What a verification found, in numbers and in words. */
export interface AuditVerification {
  readonly intact: boolean;
  readonly message: string;
  /** Entries looked at. */
  readonly size: number;
  readonly erased: number;
  /** Entries that no signed head covers yet. */
  readonly uncovered: number;
  /** The first altered entry, or the range it is in. */
  readonly index: number | null;
  readonly lastIndex: number | null;
  readonly differs: Difference | 'checkpoint' | null;
}

type Found = {
  readonly index: number;
  readonly lastIndex: number;
  readonly differs: Difference;
  readonly message: string;
};

/** What a verification reads besides the replay. */
@Injectable()
export class VerificationStores {
  constructor(
    readonly entries: EntriesStore,
    readonly checkpoints: CheckpointsStore,
  ) {}
}

/** Recomputes a log, or the part of it that is about one receipt, and holds it against the signed heads. */
@Injectable()
export class VerifyAuditLog {
  constructor(
    private readonly transactions: Transactions,
    private readonly replay: ReplayLog,
    private readonly key: LogKey,
    private readonly proveEntry: ProveEntry,
    private readonly stores: VerificationStores,
  ) {}

  /** The whole log. */
  async whole(log: string, caller: Principal): Promise<AuditVerification> {
    let size = await this.replay.sizeOf(log);
    const opened = this.open(log, await this.replay.notes(log));
    if ('forged' in opened) return this.told(log, caller, forged(size, opened.forged));
    let first = await verifyLog(this.replay.entriesOf(log, size), opened.checkpoints);
    // The record of an erasure follows it over the bus: a payload that went a moment ago may not be called altered yet.
    for (let waitedMs = 0; isUnrecorded(first) && waitedMs < ERASURE_RECORD_MS; waitedMs += ERASURE_POLL_MS) {
      await sleep(ERASURE_POLL_MS);
      size = await this.replay.sizeOf(log);
      first = await verifyLog(this.replay.entriesOf(log, size), opened.checkpoints);
    }
    if (first.intact) return intact(first.size, first.erased, first.uncovered);
    const found = first.differs === 'root' ? await this.closer(log, size, first, opened.checkpoints) : first;
    return this.told(log, caller, altered(size, found, await this.entryAt(log, found.index)));
  }

  /** The entries of one receipt: each against its leaf, its payload and the newest signed head. */
  async ofReceipt(log: string, receiptId: Uuid, caller: Principal): Promise<AuditVerification> {
    return this.transactions
      .run(log, async (tx) => {
        const filter = { since: null, type: null, actor: null, subject: null, receiptId };
        const entries = await this.stores.entries.list(tx, filter, null, RECEIPT_ENTRIES_MAX);
        const newest = await this.stores.checkpoints.newest(tx);
        const opened = this.open(log, newest === null ? [] : [newest.note]);
        if ('forged' in opened) return forged(entries.length, opened.forged);
        const [head] = opened.checkpoints;
        let uncovered = 0;
        for (const entry of entries.toReversed()) {
          const { index } = entry;
          const difference = differenceOf(entry);
          if (difference !== null) return altered(entries.length, difference, entry);
          if (head === undefined || index >= head.size) {
            uncovered += 1;
            continue;
          }
          const path = await this.proveEntry.pathOf(tx, index, head.size);
          if (verifyInclusion({ index, leafHash: entry.leafHash, size: head.size, root: head.root }, path)) continue;
          const message = `Entry ${index} is not in the log whose head was signed at ${head.size} entries.`;
          return altered(entries.length, { index, lastIndex: index, differs: 'root', message }, entry);
        }
        return intact(entries.length, entries.filter(({ payload }) => payload === null).length, uncovered);
      })
      .then((outcome) => (outcome.intact ? outcome : this.told(log, caller, outcome)));
  }

  /** Between the two heads that enclose the alteration there may be more than were opened at first. */
  private async closer(log: string, size: number, found: Found, known: readonly Checkpoint[]): Promise<Found> {
    const between = this.open(log, await this.replay.notes(log, found.index, found.lastIndex + 1));
    if ('forged' in between) return found;
    const sizes = new Set(known.map((each) => each.size));
    const added = between.checkpoints.filter((each) => !sizes.has(each.size));
    if (added.length === 0) return found;
    const again = await verifyLog(this.replay.entriesOf(log, size), [...known, ...added]);
    return again.intact ? found : again;
  }

  private open(log: string, notes: readonly string[]): { checkpoints: Checkpoint[] } | { forged: string } {
    const verifier = this.key.verifierOf(log);
    try {
      return { checkpoints: notes.map((note) => openCheckpoint(note, verifier.name, [verifier])) };
    } catch (error) {
      return { forged: asAssayError(error).message };
    }
  }

  private async entryAt(log: string, index: number): Promise<RecordedEntry | null> {
    return this.transactions.run(log, (tx) => this.stores.entries.find(tx, index));
  }

  /** Whoever guards the installation hears of it too, not only whoever asked. */
  private async told(log: string, { actor }: Principal, outcome: AuditVerification): Promise<AuditVerification> {
    await this.transactions.run({ tenant: log, actor }, async (tx) => {
      tx.publish(tamperingDetectedV1, { log, index: outcome.index, reason: outcome.message }, { subject: log });
    });
    return outcome;
  }
}

function isUnrecorded(outcome: LogVerification): boolean {
  return !outcome.intact && outcome.differs === 'erasure';
}

function differenceOf({ index, entry, leafHash, payload }: RecordedEntry): Found | null {
  const found = (differs: Difference, message: string): Found => ({ index, lastIndex: index, differs, message });
  if (!hashLeaf(encodeEntry(entry)).equals(leafHash)) {
    return found('leaf', `Entry ${index} is not what its leaf hash says.`);
  }
  if (payload === null || payloadDigestOf(payload) === entry.payloadDigest) return null;
  return found('payload', `The payload of entry ${index} is not the one that was recorded.`);
}

function intact(size: number, erased: number, uncovered: number): AuditVerification {
  const parts = [
    `${size} entries are what was recorded.`,
    ...(erased > 0 ? [`The payload of ${erased} was erased on purpose.`] : []),
    ...(uncovered > 0 ? [`${uncovered} are newer than the last signed head.`] : []),
  ];
  return {
    intact: true,
    message: parts.join(' '),
    size,
    erased,
    uncovered,
    index: null,
    lastIndex: null,
    differs: null,
  };
}

function altered(
  size: number,
  { index, lastIndex, differs, message }: Found,
  entry: RecordedEntry | null,
): AuditVerification {
  const which =
    entry === null ? '' : ` It is, as it stands now, the ${entry.entry.type} ${entry.entry.id} of ${entry.entry.time}.`;
  const told = lastIndex === index ? `${message}${which}` : message;
  return { intact: false, message: told, size, erased: 0, uncovered: 0, index, lastIndex, differs };
}

function forged(size: number, reason: string): AuditVerification {
  const message = `A stored head of the log is not one that was signed. ${reason}`;
  return { intact: false, message, size, erased: 0, uncovered: 0, index: null, lastIndex: null, differs: 'checkpoint' };
}
