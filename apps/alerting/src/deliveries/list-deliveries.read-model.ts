import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { TimePosition } from '../alerts/alerts.store.js';
import type { DeliveryState } from './deliveries.store.js';

/** One attempt, as it is shown. */
export interface AttemptView {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** A delivery with the log of its attempts, newest first. */
export interface DeliveryView {
  readonly id: Uuid;
  readonly alertId: Uuid;
  readonly channelId: Uuid;
  readonly channelName: string;
  readonly title: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly log: readonly AttemptView[];
}

export interface DeliveryFilter {
  readonly state: DeliveryState | null;
  readonly channel: Uuid | null;
  readonly alert: Uuid | null;
}

/** Attempts shown of one delivery: replays add to the log, and the older ones tell nothing new. */
const shownAttempts = 20;

const select = `
  select d.id, d.alert_id as "alertId", d.channel_id as "channelId", c.name as "channelName", a.title, d.state, d.attempts,
         d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus", d.last_error as "lastError",
         d.created_at as "createdAt", d.finished_at as "finishedAt", coalesce(l.log, '[]') as log
    from deliveries d join alerts a on a.id = d.alert_id join channels c on c.id = d.channel_id
    left join lateral (
      select json_agg(json_build_object('attempt', attempt, 'at', at, 'durationMs', duration_ms,
               'statusCode', status_code, 'error', error, 'response', response) order by attempt desc) as log
        from (select * from delivery_attempts where delivery_id = d.id order by attempt desc limit ${shownAttempts}) x
    ) l on true`;

/** What people see of the queue. */
export class ListDeliveries {
  /** Newest first along `deliveries_newest_idx`. */
  async page(
    tx: Transaction,
    filter: DeliveryFilter,
    limit: number,
    after: TimePosition | null,
  ): Promise<DeliveryView[]> {
    return tx.query<DeliveryView>(
      `${select}
        where d.tenant = $1 and ($2::text is null or d.state = $2) and ($3::uuid is null or d.channel_id = $3)
          and ($4::uuid is null or d.alert_id = $4)
          and ($5::timestamptz is null or (d.created_at, d.id) < ($5, $6::uuid))
        order by d.created_at desc, d.id desc limit $7`,
      [tx.tenant, filter.state, filter.channel, filter.alert, after?.at ?? null, after?.id ?? null, limit],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<DeliveryView | null> {
    const [row] = await tx.query<DeliveryView>(`${select} where d.id = $1`, [id]);
    return row ?? null;
  }
}
