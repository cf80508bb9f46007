import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FeedName, FeedSource, ImportCounts } from './feed.js';

export type RefreshState = 'queued' | 'running' | 'done' | 'failed';

/** One refresh of a feed, asked for by somebody or by the calendar. */
export interface Refresh {
  readonly id: Uuid;
  readonly feed: FeedName;
  readonly source: FeedSource;
  readonly state: RefreshState;
  readonly progress: Partial<ImportCounts>;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const columns = `id, feed, source, state, progress, error, requested_by as "requestedBy", created_at as "createdAt",
  finished_at as "finishedAt"`;

/** The queue of refreshes: one at a time in the whole installation, taken over when its process dies. As the job role. */
@Injectable()
export class RefreshesStore {
  /** Queues a refresh. With an id that is there already nothing happens: how several replicas ask for one seed. */
  async add(tx: Transaction, id: Uuid, feed: FeedName, source: FeedSource, requestedBy: string): Promise<void> {
    await tx.query(
      `insert into feed_refreshes (id, feed, source, state, requested_by, created_at)
       values ($1, $2, $3, 'queued', $4, $5) on conflict do nothing`,
      [id, feed, JSON.stringify(source), requestedBy, tx.now],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<Refresh | null> {
    const [row] = await tx.query<Refresh>(`select ${columns} from feed_refreshes where id = $1`, [id]);
    return row ?? null;
  }

  /** The newest refresh of a feed from this source that was asked for since then, or null. */
  async newestSince(tx: Transaction, feed: FeedName, source: FeedSource, since: Date): Promise<Refresh | null> {
    const [row] = await tx.query<Refresh>(
      `select ${columns} from feed_refreshes where feed = $1 and source = $2::jsonb and created_at >= $3
        order by created_at desc limit 1`,
      [feed, JSON.stringify(source), since],
    );
    return row ?? null;
  }

  /** Who holds this adds refreshes alone, until the transaction ends. */
  async lock(tx: Transaction, lockKey: number): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
  }

  /** Takes the oldest refresh that nobody works on, unless another one is being worked on. */
  async take(tx: Transaction, lockKey: number, silenceMs: number): Promise<Refresh | null> {
    await this.lock(tx, lockKey);
    const [row] = await tx.query<Refresh>(
      `update feed_refreshes set state = 'running', heartbeat_at = now()
        where id = (select id from feed_refreshes
                     where state = 'queued'
                        or state = 'running' and heartbeat_at < now() - $1 * interval '1 millisecond'
                     order by state desc, created_at, array_position(array['kev', 'osv', 'epss'], feed), id limit 1)
          and not exists (select from feed_refreshes
                           where state = 'running' and heartbeat_at >= now() - $1 * interval '1 millisecond')
       returning ${columns}`,
      [silenceMs],
    );
    return row ?? null;
  }

  /** Says that the refresh is alive, and how far. */
  async progress(tx: Transaction, id: Uuid, counts: Partial<ImportCounts>): Promise<void> {
    await tx.query('update feed_refreshes set progress = progress || $2::jsonb, heartbeat_at = now() where id = $1', [
      id,
      JSON.stringify(counts),
    ]);
  }

  async finish(tx: Transaction, id: Uuid, error: string | null): Promise<void> {
    await tx.query(
      `update feed_refreshes set state = case when $2::text is null then 'done' else 'failed' end, error = $2, finished_at = $3
        where id = $1`,
      [id, error, tx.now],
    );
  }
}
