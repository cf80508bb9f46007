import type { Digest, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Payload, SealedEntry } from '../log/entry.js';
import type { StoredEntry } from '../log/verify-log.js';

/** An entry with what lies beside its leaf for those who search. */
export interface RecordedEntry extends StoredEntry {
  readonly source: string;
  /** As the event had it; null once erased, and where there was none. */
  readonly subject: string | null;
  readonly receiptId: Uuid | null;
}

/** What is to be written: sealed, with its index and what it is found by. */
export interface NewEntry {
  readonly index: number;
  readonly sealed: SealedEntry;
  readonly source: string;
  readonly subject: string | null;
  readonly receiptId: Uuid | null;
}

/** Which entries a list shows; null where it does not matter. */
export interface EntryFilter {
  readonly since: Date | null;
  readonly type: string | null;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly receiptId: Uuid | null;
}

interface EntryRow {
  readonly index: string;
  readonly event_id: Uuid;
  readonly tenant: string;
  readonly source: string;
  readonly type: string;
  readonly time: Date;
  readonly leaf_subject: string | null;
  readonly leaf_actor: string;
  readonly payload_digest: Digest;
  readonly leaf_hash: Buffer;
  readonly subject: string | null;
  readonly receipt_id: Uuid | null;
  readonly payload: Buffer | null;
  readonly salt: Buffer | null;
}

const columns = `index, event_id, tenant, source, type, time, leaf_subject, leaf_actor, payload_digest, leaf_hash, subject,
  receipt_id, payload, salt`;

/** A list by one column has its own statement, so that its own index serves it; the rest of the filter is checked on the way. */
const listBy = (condition: string): string => `
  select ${columns} from entries
   where tenant = $1 and ($2::bigint is null or index < $2) and ${condition}
     and ($4::timestamptz is null or time >= $4) and ($5::text is null or type = $5)
     and ($6::text is null or leaf_actor = $6) and ($7::text is null or subject = $7)
     and ($8::uuid is null or receipt_id = $8)
   order by index desc limit $3`;
const lists = {
  receiptId: listBy('receipt_id = $8'),
  subject: listBy('subject = $7'),
  actor: listBy('leaf_actor = $6'),
  type: listBy('type = $5'),
  all: listBy('true'),
};

/** The entries of the log of the transaction's tenant. They are added and, in part, erased; nothing else ever changes. */
export class EntriesStore {
  /** Which of these events the log has already. */
  async known(tx: Transaction, eventIds: readonly Uuid[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ event_id: Uuid }>(
      'select event_id from entries where tenant = $1 and event_id = any($2::uuid[])',
      [tx.tenant, eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  async add(tx: Transaction, entries: readonly NewEntry[]): Promise<void> {
    const sealed = entries.map((each) => each.sealed);
    await tx.query(
      `insert into entries (tenant, index, event_id, source, type, time, leaf_subject, leaf_actor, payload_digest, leaf_hash,
         subject, receipt_id, payload, salt)
       select $1, * from unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
         $9::text[], $10::bytea[], $11::text[], $12::uuid[], $13::bytea[], $14::bytea[])`,
      [
        tx.tenant,
        entries.map(({ index }) => index),
        sealed.map(({ entry }) => entry.id),
        entries.map(({ source }) => source),
        sealed.map(({ entry }) => entry.type),
        sealed.map(({ entry }) => entry.time),
        sealed.map(({ entry }) => entry.subject),
        sealed.map(({ entry }) => entry.actor),
        sealed.map(({ entry }) => entry.payloadDigest),
        sealed.map(({ leafHash }) => leafHash),
        entries.map(({ subject }) => subject),
        entries.map(({ receiptId }) => receiptId),
        sealed.map(({ payload }) => payload.bytes),
        sealed.map(({ payload }) => payload.salt),
      ],
    );
  }

  async find(tx: Transaction, index: number): Promise<RecordedEntry | null> {
    const [row] = await tx.query<EntryRow>(`select ${columns} from entries where tenant = $1 and index = $2`, [
      tx.tenant,
      index,
    ]);
    return row === undefined ? null : toEntry(row);
  }

  /** The entries from `index` on, in order, below `end`. */
  async from(tx: Transaction, index: number, end: number, limit: number): Promise<RecordedEntry[]> {
    const rows = await tx.query<EntryRow>(
      `select ${columns} from entries where tenant = $1 and index >= $2 and index < $3 order by index limit $4`,
      [tx.tenant, index, end, limit],
    );
    return rows.map(toEntry);
  }

  /** Newest first, below the index `before`. */
  async list(tx: Transaction, filter: EntryFilter, before: number | null, limit: number): Promise<RecordedEntry[]> {
    const { since, type, actor, subject, receiptId } = filter;
    const by = (['receiptId', 'subject', 'actor', 'type'] as const).find((each) => filter[each] !== null) ?? 'all';
    const rows = await tx.query<EntryRow>(lists[by], [
      tx.tenant,
      before,
      limit,
      since,
      type,
      actor,
      subject,
      receiptId,
    ]);
    return rows.map(toEntry);
  }

  /** Removes the payload, its salt and what was copied out of it. False if it was gone already. */
  async erase(tx: Transaction, index: number): Promise<boolean> {
    const rows = await tx.query(
      `update entries set payload = null, salt = null, subject = leaf_subject
        where tenant = $1 and index = $2 and payload is not null returning index`,
      [tx.tenant, index],
    );
    return rows.length > 0;
  }
}

function toEntry(row: EntryRow): RecordedEntry {
  const { event_id: id, type, tenant, leaf_subject: subject, leaf_actor: actor, payload_digest: payloadDigest } = row;
  return {
    index: Number(row.index),
    entry: { v: 1, id, type, time: row.time.toISOString(), tenant, subject, actor, payloadDigest },
    leafHash: row.leaf_hash,
    payload: payloadOf(row),
    source: row.source,
    subject: row.subject,
    receiptId: row.receipt_id,
  };
}

/** Erased is what has neither. Half of it is an alteration, which an empty other half lets the verification see. */
function payloadOf({ payload, salt }: EntryRow): Payload | null {
  if (payload === null && salt === null) return null;
  return { bytes: payload ?? Buffer.alloc(0), salt: salt ?? Buffer.alloc(0) };
}
