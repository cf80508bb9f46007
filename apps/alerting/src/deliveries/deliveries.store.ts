import type { Lane } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { AlertContent } from '../alerts/alert.js';
import type { ChannelType } from '../channels/channel.js';
import { limits } from '../limits.js';
import type { Attempt } from '../outbound/webhook.client.js';
import type { MessageSource } from '../outbound/webhook-message.js';

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A delivery to be made. */
export interface NewDelivery {
  readonly id: Uuid;
  readonly alertId: Uuid;
  readonly channelId: Uuid;
  /** Why nothing can be sent; null for one that is due at once. */
  readonly failedBecause: string | null;
}

/** A delivery that this process has claimed, with everything that an attempt needs. */
export interface ClaimedDelivery extends MessageSource, Omit<NewDelivery, 'failedBecause'> {
  /** This attempt: 1 for the first. No other process has the same delivery with the same number. */
  readonly attempt: number;
  readonly type: ChannelType;
  readonly url: string;
  readonly sealedSecret: Buffer;
  /** False if the channel was turned off or removed after the alert. */
  readonly channelUsable: boolean;
  readonly lane: Lane;
  readonly traceparent: string | null;
}

/** What is written down of a delivery after an attempt. */
export interface Written {
  readonly state: DeliveryState;
  /** Null unless pending. */
  readonly nextAttemptAt: Date | null;
  readonly error: string | null;
}

interface ClaimRow {
  readonly id: Uuid;
  readonly alert_id: Uuid;
  readonly channel_id: Uuid;
  readonly attempts: number;
  readonly type: ChannelType;
  readonly url: string;
  readonly sealed_secret: Buffer;
  readonly usable: boolean;
  readonly rule_id: Uuid;
  readonly rule_name: string;
  readonly event_name: string;
  readonly event_time: Date;
  readonly title: string;
  readonly severity: string | null;
  readonly matched: number;
  readonly content: AlertContent;
  readonly receipt_id: Uuid | null;
  readonly lane: Lane;
  readonly traceparent: string | null;
  readonly raised_at: Date;
}

/** The queue: the only SQL that moves deliveries. Reads for people are in `list-deliveries.read-model.ts`. */
export class DeliveriesStore {
  async add(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    await tx.query(
      `insert into deliveries (tenant, created_at, id, alert_id, channel_id, state, next_attempt_at, finished_at, last_error)
       select $1, $2, id, alert, channel, case when why is null then 'pending' else 'failed' end,
              case when why is null then $2::timestamptz end, case when why is null then null else $2::timestamptz end, why
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[]) as wanted (id, alert, channel, why)
       on conflict (id) do nothing`,
      [
        tx.tenant,
        tx.now,
        deliveries.map(({ id }) => id),
        deliveries.map(({ alertId }) => alertId),
        deliveries.map(({ channelId }) => channelId),
        deliveries.map(({ failedBecause }) => failedBecause),
      ],
    );
  }

  /**
   * Claims deliveries of a channel that are due, oldest first, for `limits.claimMs`. What another process is claiming is
   * passed over; what a dead one had claimed comes back when its claim ends.
   */
  async claim(tx: Transaction, channelId: Uuid, most: number): Promise<ClaimedDelivery[]> {
    const rows = await tx.query<ClaimRow>(
      `with due as (
         select id from deliveries
          where channel_id = $1 and state = 'pending' and next_attempt_at <= $2
            and (claimed_until is null or claimed_until <= $2)
          order by next_attempt_at limit $3 for update skip locked
       ), claimed as (
         update deliveries set attempts = attempts + 1, claimed_until = $4 from due where deliveries.id = due.id
         returning deliveries.*
       )
       select d.id, d.alert_id, d.channel_id, d.attempts, c.type, c.url, c.sealed_secret, c.enabled as usable, a.rule_id,
              a.rule_name, a.event_name, a.event_time, a.title, a.severity, a.matched, a.content, a.receipt_id, a.lane,
              a.traceparent, a.raised_at
         from claimed d join alerts a on a.id = d.alert_id join channels c on c.id = d.channel_id
        order by d.next_attempt_at`,
      [channelId, tx.now, most, new Date(tx.now.getTime() + limits.claimMs)],
    );
    return rows.map(toClaimed);
  }

  /**
   * Writes down an attempt and what follows from it. False if the claim had ended and another process has the delivery:
   * then the attempt alone is written.
   */
  async conclude(
    tx: Transaction,
    delivery: { readonly id: Uuid; readonly attempt: number },
    result: Attempt | null,
    { state, nextAttemptAt, error }: Written,
  ): Promise<boolean> {
    const rows = await tx.query(
      `with logged as (
         insert into delivery_attempts (delivery_id, attempt, tenant, at, duration_ms, status_code, error, response)
         select $1, $2, $3, $4, $5, $6, $7, $8 on conflict do nothing
       )
       update deliveries set state = $9, next_attempt_at = $10, claimed_until = null, last_status = $6,
              last_error = $11, finished_at = case when $9 = 'pending' then null else $4 end
        where id = $1 and attempts = $2 and state = 'pending' returning 1`,
      [
        delivery.id,
        delivery.attempt,
        tx.tenant,
        tx.now,
        result?.durationMs ?? 0,
        result?.statusCode ?? null,
        result?.error ?? error,
        result?.response ?? null,
        state,
        nextAttemptAt,
        error,
      ],
    );
    return rows.length > 0;
  }

  /** Puts a finished delivery back into the queue, due at once. Its id stays, and so does the `webhook-id`. */
  async replay(tx: Transaction, id: Uuid): Promise<Uuid | null> {
    const [row] = await tx.query<{ channel_id: Uuid }>(
      `update deliveries set state = 'pending', next_attempt_at = $2, claimed_until = null, finished_at = null
        where id = $1 and state <> 'pending' returning channel_id`,
      [id, tx.now],
    );
    return row?.channel_id ?? null;
  }

  /** Channels with something due, of all tenants; for the sweep, as the job role. */
  async dueChannels(tx: Transaction): Promise<{ tenant: TenantSlug; channelId: Uuid }[]> {
    return tx.query(
      `select distinct tenant, channel_id as "channelId" from deliveries
        where state = 'pending' and next_attempt_at <= $1 and (claimed_until is null or claimed_until <= $1) limit $2`,
      [tx.now, limits.sweepChannels],
    );
  }
}

function toClaimed(row: ClaimRow): ClaimedDelivery {
  const { id, type, url, title, severity, matched, content, lane, traceparent } = row;
  return {
    id,
    alertId: row.alert_id,
    channelId: row.channel_id,
    attempt: row.attempts,
    type,
    url,
    sealedSecret: row.sealed_secret,
    channelUsable: row.usable,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    eventName: row.event_name,
    eventTime: row.event_time,
    title,
    severity,
    matched,
    content,
    receiptId: row.receipt_id,
    lane,
    traceparent,
    raisedAt: row.raised_at,
  };
}
