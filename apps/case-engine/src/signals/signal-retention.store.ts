import type { SignalSeverity } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** Signals that go, which are alike in all that is counted of them. */
export interface Leaving {
  readonly host_id: string;
  readonly rule_id: string;
  readonly severity: SignalSeverity;
  readonly status: number;
  /** The minute in which they happened, `2031-05-06T07:08`; null where it is not counted any more. */
  readonly minute: string | null;
  readonly n: number;
}

/** Reads what is past its retention, piece by piece, each once. */
@Injectable()
export class SignalRetentionStore {
  /** Across tenants: those that have signals, counted already or not. */
  async tenants(tx: Transaction): Promise<TenantSlug[]> {
    const rows = await tx.query<{ tenant: TenantSlug }>(
      `select tenant from signal_counts where dimension = 'total' and n > 0 union select tenant from signal_deltas order by tenant`,
    );
    return rows.map(({ tenant }) => tenant);
  }

  /** Up to which id the tenant's signals are settled. Nobody else settles them while this transaction lasts. */
  async lock(tx: Transaction): Promise<Uuid> {
    await tx.query(
      `insert into signal_retention (tenant, settled_before) values ($1, '00000000-0000-0000-0000-000000000000')
       on conflict (tenant) do nothing`,
      [tx.tenant],
    );
    const [row] = await tx.query<{ settled_before: Uuid }>('select settled_before from signal_retention for update');
    return row!.settled_before;
  }

  /** The id before which a piece of at most `most` signals ends that begins with `from`; `before` if that are all. */
  async endOfPiece(tx: Transaction, from: Uuid, before: Uuid, most: number): Promise<Uuid> {
    const [row] = await tx.query<{ id: Uuid }>(
      'select id from signals where id >= $1 and id < $2 order by id offset $3 limit 1',
      [from, before, most],
    );
    return row?.id ?? before;
  }

  /** What leaves with the signals of a piece. @param countedSince the first minute that may still be counted */
  async leaving(tx: Transaction, from: Uuid, before: Uuid, countedSince: string): Promise<Leaving[]> {
    return tx.query<Leaving>(
      `select s.host_id, kind.rule_id, kind.severity, s.status,
              case when s.at >= $3 then to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') end as minute, count(*)::int as n
         from signals s join signal_kinds kind on kind.id = s.kind_id
        where s.id >= $1 and s.id < $2
        group by 1, 2, 3, 4, 5`,
      [from, before, countedSince],
    );
  }

  async settle(tx: Transaction, before: Uuid): Promise<void> {
    await tx.query('update signal_retention set settled_before = $1', [before]);
  }

  /**
   * Across tenants: forgets kinds that no signal is of. They are left for a day first, so that every process has forgotten
   * their numbers.
   */
  async forgetKinds(tx: Transaction, unusedBefore: Date): Promise<void> {
    await tx.query(
      `delete from signal_kinds k
        where unused_since < $1 and not exists (select from signals s where s.kind_id = k.id)`,
      [unusedBefore],
    );
    await tx.query(
      `update signal_kinds k set unused_since = $1
        where unused_since is null and not exists (select from signals s where s.kind_id = k.id)`,
      [tx.now],
    );
  }
}
