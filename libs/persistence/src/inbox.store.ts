import type { Uuid } from '@assay/kernel';
import type { Transaction } from './transaction.js';

/** What each consumer has digested. It lives in the handler's transaction, so an effect happens once, or not at all. */
export class InboxStore {
  /**
   * Claims events for a consumer and gives those that it has not processed before. A twin in another transaction waits
   * here for the first, then gets nothing if that committed.
   */
  async claim(tx: Transaction, consumer: string, eventIds: readonly Uuid[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ event_id: Uuid }>(
      `insert into inbox (consumer, event_id, tenant, processed_at)
       select $1, id, $3, now() from (select distinct unnest($2::uuid[]) as id order by 1) incoming
       on conflict (consumer, event_id) do update set processed_at = now() where inbox.processed_at is null
       returning event_id`,
      [consumer, eventIds, tx.tenant],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** Counts a failed attempt and gives how many there were. Attempts are counted here and not by the broker. */
  async recordFailure(tx: Transaction, consumer: string, eventId: Uuid, message: string): Promise<number> {
    const [row] = await tx.query<{ attempts: number }>(
      `insert into inbox (consumer, event_id, tenant, attempts, last_error) values ($1, $2, $3, 1, $4)
       on conflict (consumer, event_id) do update set attempts = inbox.attempts + 1, last_error = excluded.last_error
       returning attempts`,
      [consumer, eventId, tx.tenant, message],
    );
    return row?.attempts ?? 1;
  }

  /** Forgets that the consumer has digested the event, so that a replay is taken for new. */
  async forget(tx: Transaction, consumer: string, eventId: Uuid): Promise<void> {
    await tx.query('delete from inbox where consumer = $1 and event_id = $2', [consumer, eventId]);
  }
}
