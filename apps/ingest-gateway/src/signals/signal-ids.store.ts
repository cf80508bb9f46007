import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { SignalIdentity } from './signal-identity.js';

/** Which signals were taken in before. */
export class SignalIdsStore {
  /**
   * Adds ids of any tenants and gives the keys of those that were not there. In the order of their keys, so that two gateways
   * that bring the same ones wait for each other and never in a circle. The insert-only role may run it.
   */
  async addNew(
    tx: Transaction,
    signals: readonly (SignalIdentity & { readonly tenant: TenantSlug })[],
  ): Promise<Set<Uuid>> {
    const sorted = signals.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const rows = await tx.query<{ key: Uuid }>(
      `insert into signal_ids (key, digest, tenant, received_on)
       select k, d, t, $4::date from unnest($1::uuid[], $2::bigint[], $3::text[]) as given(k, d, t)
       on conflict do nothing returning key`,
      [sorted.map(({ key }) => key), sorted.map(({ digest }) => digest), sorted.map(({ tenant }) => tenant), tx.now],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** The digests of the contents that came first under these keys. */
  async digestsOf(tx: Transaction, keys: readonly Uuid[]): Promise<Map<Uuid, number>> {
    const rows = await tx.query<{ key: Uuid; digest: number }>(
      'select key, digest::float8 as digest from signal_ids where key = any($1::uuid[])',
      [keys],
    );
    return new Map(rows.map(({ key, digest }) => [key, digest]));
  }

  /** Forgets ids that came before `day`, `limit` at most; gives how many. */
  async forgetBefore(tx: Transaction, day: Date, limit: number): Promise<number> {
    const rows = await tx.query(
      `delete from signal_ids where ctid = any(array(
         select ctid from signal_ids where received_on < $1::date limit $2)) returning 1`,
      [day, limit],
    );
    return rows.length;
  }
}
