import type { Uuid } from '@assay/kernel';
import { uuidFloor } from './day-partitions.js';
import { limits } from './limits.js';
import type { OutboxRow } from './outbox-row.js';
import type { Transaction } from './transaction.js';

/** How much waits to be published, and for how long. */
export interface OutboxBacklog {
  readonly unpublished: number;
  readonly oldestSeconds: number;
}

/** The outbox as its relay sees it: across tenants. */
export class OutboxStore {
  /** Locks and gives unpublished rows made before `before`, oldest first; rows that another relay holds are passed over. */
  async claim(tx: Transaction, before: Date): Promise<OutboxRow[]> {
    return tx.query<OutboxRow>(
      `with waiting as (
         select id from outbox_pending where id < $1 order by id limit $2 for update skip locked)
       select o.id, o.tenant, o.subject, o.envelope, o.audited from waiting join outbox o on o.id = waiting.id order by o.id`,
      [uuidFloor(before.getTime()), limits.relayBatchEvents],
    );
  }

  /**
   * Takes over what a process of before `outbox_pending` has committed and not published for a minute: it is gone. The
   * index on such rows is empty otherwise.
   */
  async adopt(tx: Transaction): Promise<void> {
    await tx.query(
      `with left_behind as (
         update outbox set published_at = now() where published_at is null and id < $1 returning id, tenant)
       insert into outbox_pending (id, tenant) select id, tenant from left_behind on conflict (id) do nothing`,
      [uuidFloor(tx.now.getTime() - limits.relayAdoptAfterMs)],
    );
  }

  async markPublished(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query('delete from outbox_pending where id = any($1::uuid[])', [ids]);
  }

  /** Makes everything that the stream could still hold unread go out again; consumers recognise what they know. */
  async republishSince(tx: Transaction, since: Date): Promise<number> {
    const rows = await tx.query<{ count: string }>(
      `with again as (
         insert into outbox_pending (id, tenant) select id, tenant from outbox where id >= $1
         on conflict (id) do nothing returning 1)
       select count(*) from again`,
      [uuidFloor(since.getTime())],
    );
    return Number(rows[0]?.count ?? 0);
  }

  async backlog(tx: Transaction): Promise<OutboxBacklog> {
    const [row] = await tx.query<{ unpublished: number; oldest: Uuid | null }>(
      `select count(*)::int as unpublished, (array_agg(id order by id))[1] as oldest
         from (select id from outbox_pending order by id limit 100000) waiting`,
    );
    const oldest = row?.oldest ?? null;
    const oldestMs = oldest === null ? null : Number.parseInt(oldest.replaceAll('-', '').slice(0, 12), 16);
    return {
      unpublished: row?.unpublished ?? 0,
      oldestSeconds: oldestMs === null ? 0 : Math.max(0, (tx.now.getTime() - oldestMs) / 1000),
    };
  }

  /**
   * Ids of the audited events made in `[from, until)` and after the id `after`, sorted, `sealPageIds` at most: what
   * `outbox.sealed` counts and digests.
   */
  async auditedIds(tx: Transaction, from: Date, until: Date, after: Uuid | null = null): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      `select id from outbox where audited and id >= $1 and id < $2 and ($3::uuid is null or id > $3)
        order by id limit $4`,
      [uuidFloor(from.getTime()), uuidFloor(until.getTime()), after, limits.sealPageIds],
    );
    return rows.map((row) => row.id);
  }

  /** When the oldest event was made that is still there; null for an empty outbox. */
  async oldest(tx: Transaction): Promise<Date | null> {
    const [row] = await tx.query<{ id: Uuid }>('select id from outbox order by id limit 1');
    return row === undefined ? null : new Date(Number.parseInt(row.id.replaceAll('-', '').slice(0, 12), 16));
  }

  /** The last hour that was sealed, by its beginning. */
  async lastSealedHour(tx: Transaction): Promise<Date | null> {
    const [row] = await tx.query<{ hour: Date }>('select hour from outbox_seals order by hour desc limit 1');
    return row?.hour ?? null;
  }

  async rememberSeal(tx: Transaction, hour: Date, audited: number): Promise<void> {
    await tx.query('insert into outbox_seals (hour, audited, sealed_at) values ($1, $2, $3)', [hour, audited, tx.now]);
  }

  /** The envelopes of these events, for a reader that lacks them. */
  async envelopes(tx: Transaction, ids: readonly Uuid[]): Promise<string[]> {
    const rows = await tx.query<{ envelope: string }>(
      'select envelope from outbox where id = any($1::uuid[]) order by id',
      [ids],
    );
    return rows.map((row) => row.envelope);
  }

  /** The creation time of the stream as this service last saw it, and `seen` in its place. */
  async rememberIncarnation(tx: Transaction, stream: string, seen: Date): Promise<Date | null> {
    const [before] = await tx.query<{ created_at: Date }>(
      'select created_at from stream_incarnations where stream = $1 for update',
      [stream],
    );
    await tx.query(
      `insert into stream_incarnations (stream, created_at) values ($1, $2)
       on conflict (stream) do update set created_at = excluded.created_at`,
      [stream, seen],
    );
    return before?.created_at ?? null;
  }
}
