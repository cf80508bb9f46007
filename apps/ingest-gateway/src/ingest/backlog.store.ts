import type { Transaction } from '@assay/persistence';

/** The age of what waits in this service's outbox. */
export class BacklogStore {
  /** Milliseconds since 1970 at which the oldest unpublished event was made, read from its id; null if none waits. */
  async oldestUnpublishedMs(tx: Transaction): Promise<number | null> {
    const rows = await tx.query<{ id: string }>('select id from outbox_pending order by id limit 1');
    const [oldest] = rows;
    return oldest === undefined ? null : Number.parseInt(oldest.id.replaceAll('-', '').slice(0, 12), 16);
  }
}
