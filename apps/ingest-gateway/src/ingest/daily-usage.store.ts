import type { TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** What a tenant has sent in a day, UTC. */
export interface DailyUsage {
  readonly tenant: TenantSlug;
  readonly documents: number;
  readonly bytes: number;
}

/** Counters by tenant and day. */
export class DailyUsageStore {
  /** Adds to the counters of a day and gives their new totals, over all gateways. */
  async add(tx: Transaction, day: string, used: readonly DailyUsage[]): Promise<DailyUsage[]> {
    return tx.query<DailyUsage>(
      `insert into daily_usage (tenant, day, documents, bytes)
       select t, $1::date, d, b from unnest($2::text[], $3::bigint[], $4::bigint[]) as given(t, d, b) order by t
       on conflict (tenant, day) do update
         set documents = daily_usage.documents + excluded.documents, bytes = daily_usage.bytes + excluded.bytes
       returning tenant, documents::float8, bytes::float8`,
      [day, used.map((each) => each.tenant), used.map((each) => each.documents), used.map((each) => each.bytes)],
    );
  }

  async of(tx: Transaction, day: string): Promise<DailyUsage> {
    const rows = await tx.query<DailyUsage>(
      'select tenant, documents::float8, bytes::float8 from daily_usage where tenant = $1 and day = $2::date',
      [tx.tenant, day],
    );
    return rows[0] ?? { tenant: tx.tenant, documents: 0, bytes: 0 };
  }
}
