import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** Up to when all heartbeats are known, and since when they come without a gap. */
export interface Horizon {
  readonly at: Date;
  readonly resumedAt: Date;
}

/** A host that has been silent for too long. */
export interface LapsedHost {
  readonly tenant: TenantSlug;
  readonly hostId: Uuid;
  readonly lastSeenAt: Date;
  readonly silentAfterSeconds: number;
}

/**
 * Looks at hosts whose deadline has passed, and at no other (`hosts_check_idx`). A host's own time before it is silent goes
 * before that of the first of its groups that has one, and that before the setting's. Who lives gets a new deadline.
 */
const judge = `
  with due as (
    select h.id, h.tenant, h.last_seen_at, h.quiet_until, coalesce(h.silent_after_minutes,
             (select g.silent_after_minutes from unnest(h.groups) with ordinality as n(name, place)
                join host_groups g on g.tenant = h.tenant and g.name = n.name
               where g.silent_after_minutes is not null order by n.place limit 1), $3) as minutes
      from hosts h where h.check_at <= $1 order by h.check_at limit $4 for update of h skip locked),
  judged as (
    select d.*, greatest(greatest(last_seen_at, $2::timestamptz) + make_interval(mins => minutes), quiet_until) as lapses
      from due d),
  changed as (
    update hosts h
       set check_at = case when j.lapses > $1 then j.lapses end,
           silent_since = case when j.lapses <= $1 then j.last_seen_at end
      from judged j where h.id = j.id)
  select tenant, id as "hostId", last_seen_at as "lastSeenAt", minutes * 60 as "silentAfterSeconds"
    from judged where lapses <= $1`;

/** Who has not been heard of. */
export class SilenceStore {
  async horizon(tx: Transaction): Promise<Horizon | null> {
    const [horizon] = await tx.query<Horizon>('select at, resumed_at as "resumedAt" from heartbeat_horizon');
    return horizon ?? null;
  }

  /** Everything up to `at` is known; `resumedAt` is set where nothing was known for a while before it. */
  async advance(
    tx: Transaction,
    { at, resumedAt }: { readonly at: Date; readonly resumedAt: Date | null },
  ): Promise<void> {
    await tx.query(
      `insert into heartbeat_horizon as z (at, resumed_at) values ($1, coalesce($2::timestamptz, $1::timestamptz))
       on conflict (singleton) do update set at = greatest(z.at, excluded.at), resumed_at = coalesce($2::timestamptz, z.resumed_at)`,
      [at, resumedAt],
    );
  }

  /** Marks hosts as silent at `horizon.at`, `slice` of those that are due, and gives them. */
  async judge(tx: Transaction, horizon: Horizon, silentAfterMinutes: number, slice: number): Promise<LapsedHost[]> {
    return tx.query<LapsedHost>(judge, [horizon.at, horizon.resumedAt, silentAfterMinutes, slice]);
  }
}
