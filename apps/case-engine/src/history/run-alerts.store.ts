import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';

/** Somebody was told of a run, or could not be. */
export interface RunAlert {
  readonly runId: Uuid;
  readonly deliveryId: Uuid;
  readonly alertId: Uuid;
  readonly channelId: Uuid;
  readonly delivered: boolean;
  readonly attempts: number;
  readonly error: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** Who was told of which run. */
@Injectable()
export class RunAlertsStore {
  /** Each delivery once, as it stands: one that failed may be repeated by hand and then arrive. */
  async save(tx: Transaction, alerts: readonly RunAlert[]): Promise<void> {
    const newest = [...new Map(alerts.map((each) => [each.deliveryId, each])).values()];
    if (newest.length === 0) return;
    const sorted = newest.toSorted((one, other) => (one.deliveryId < other.deliveryId ? -1 : 1));
    await tx.query(
      `insert into run_alerts as a (tenant, delivery_id, run_id, alert_id, channel_id, delivered, attempts, error, at)
       select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::boolean[], $7::integer[], $8::text[],
                                $9::timestamptz[])
       on conflict (tenant, delivery_id) do update
         set delivered = excluded.delivered, attempts = excluded.attempts, error = excluded.error, at = excluded.at
       where a.at < excluded.at`,
      [
        tx.tenant,
        sorted.map(({ deliveryId }) => deliveryId),
        sorted.map(({ runId }) => runId),
        sorted.map(({ alertId }) => alertId),
        sorted.map(({ channelId }) => channelId),
        sorted.map(({ delivered }) => delivered),
        sorted.map(({ attempts }) => attempts),
        sorted.map(({ error }) => error),
        sorted.map(({ at }) => at),
      ],
    );
  }

  /** The first ones told of a run, in order. */
  async ofRun(tx: Transaction, runId: Uuid): Promise<(Omit<RunAlert, 'at'> & { readonly at: Date })[]> {
    return tx.query(
      `select run_id as "runId", delivery_id as "deliveryId", alert_id as "alertId", channel_id as "channelId",
              delivered, attempts, error, at
         from run_alerts where run_id = $1 order by at, delivery_id limit $2`,
      [runId, limits.historyEntries],
    );
  }
}
