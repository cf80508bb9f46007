import type { TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Used } from './usage-tally.js';

/** What a tenant has sent in a day, UTC. */
export interface DailyUsage extends Used {
  readonly tenant: TenantSlug;
}

/** Counters by tenant and day. */
export class DailyUsageStore {
  /** Adds to the counters of a day and gives their new totals, over all gateways. */
  async add(tx: Transaction, day: string, used: readonly DailyUsage[]): Promise<DailyUsage[]> {
    return tx.query<DailyUsage>(
      `insert into daily_usage (tenant, day, documents, bytes, signals)
       select t, $1::date, d, b, s
         from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) as given(t, d, b, s) order by t
       on conflict (tenant, day) do update
         set documents = daily_usage.documents + excluded.documents, bytes = daily_usage.bytes + excluded.bytes,
             signals = daily_usage.signals + excluded.signals
       returning tenant, documents::float8, bytes::float8, signals::float8`,
      [
        day,
        used.map((each) => each.tenant),
        used.map((each) => each.documents),
        used.map((each) => each.bytes),
        used.map((each) => each.signals),
      ],
    );
  }

  async of(tx: Transaction, day: string): Promise<DailyUsage> {
    const rows = await tx.query<DailyUsage>(
      `select tenant, documents::float8, bytes::float8, signals::float8 from daily_usage
        where tenant = $1 and day = $2::date`,
      [tx.tenant, day],
    );
    return rows[0] ?? { tenant: tx.tenant, documents: 0, bytes: 0, signals: 0 };
  }
}
