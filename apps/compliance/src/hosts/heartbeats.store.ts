import type { Heartbeat, HostDialect } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** A heartbeat as it is kept: of each id the newest of a batch. `bound` says that a key of its own spoke for it. */
export type KeptHeartbeat = Omit<Heartbeat, 'bound'> & { readonly bound: boolean };

/** A sign that a host lives. */
export interface LifeSign {
  readonly hostId: Uuid;
  readonly at: string;
  /** True if it came from an id that is bound to a key (`link-hosts.ts`, rule 5). */
  readonly proven: boolean;
  /** Nothing need be heard before this moment: its agent has said that it will be quiet. Null if the usual time holds. */
  readonly quietUntil: Date | null;
}

/** A silent host that gave a sign of life. */
export interface BackHost {
  readonly hostId: Uuid;
  readonly silentSince: Date;
  readonly at: Date;
}

/**
 * One statement for all heartbeats of a batch: the newest by the server's time wins, the hour that has passed becomes a
 * row of history, and so does another version; sockets that a gateway holds are noted. Gives the host of each id, null
 * for ids that nobody knows. No indexed column changes.
 */
const keep = `
  with beat as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::float8[],
                         $9::boolean[], $10::boolean[])
      as b(dialect, id, said_at, received_at, version, os_version, uptime_seconds, connected, bound)),
  was as (
    select b.dialect, b.id, b.said_at, b.received_at, b.uptime_seconds, b.connected, b.bound, i.host_id,
           coalesce(b.version, i.version) as version, coalesce(b.os_version, i.os_version) as os_version,
           i.received_at as was_at, i.version as was_version, i.os_version as was_os_version,
           i.hour_first_at, i.hour_beats,
           date_trunc('hour', i.received_at, 'UTC') = date_trunc('hour', b.received_at, 'UTC') as same_hour
      from beat b join host_ids i on i.tenant = $1 and i.dialect = b.dialect and i.id = b.id),
  newer as (select * from was where was_at is null or was_at < received_at),
  hours as (
    insert into heartbeat_hours (tenant, dialect, id, hour, first_at, last_at, beats, version, os_version)
    select $1, dialect, id, date_trunc('hour', was_at, 'UTC'), hour_first_at, was_at, hour_beats, was_version, was_os_version
      from newer where not same_hour
    on conflict do nothing),
  versions as (
    insert into agent_versions (tenant, dialect, id, since, version, os_version)
    select $1, dialect, id, received_at, version, os_version from newer
     where (version, os_version) is distinct from (was_version, was_os_version)
    on conflict do nothing),
  sockets as (
    update agent_connections c set seen_at = n.received_at from newer n
     where n.connected and c.tenant = $1 and c.host_id = n.host_id and c.disconnected_at is null
       and c.seen_at < n.received_at),
  kept as (
    update host_ids i
       set said_at = n.said_at, received_at = n.received_at, version = n.version, os_version = n.os_version,
           uptime_seconds = n.uptime_seconds, bound = i.bound or n.bound,
           hour_first_at = case when n.same_hour then n.hour_first_at else n.received_at end,
           hour_beats = case when n.same_hour then n.hour_beats + 1 else 1 end
      from newer n where i.tenant = $1 and i.dialect = n.dialect and i.id = n.id)
  select b.dialect, b.id, w.host_id as "hostId" from beat b left join was w on w.dialect = b.dialect and w.id = b.id`;

/**
 * One statement for all signs of life: hosts live, watching begins where it has not, and those that come back are given.
 * `check_at` is a deadline that stays where it is; who finds it passed moves it on, so that no index changes here.
 */
const live = `
  with sign as (
    select * from unnest($2::uuid[], $3::timestamptz[], $4::boolean[], $5::timestamptz[])
      as s(host_id, at, proven, quiet_until)),
  was as (
    select s.*, h.silent_since from sign s join hosts h on h.id = s.host_id
     where h.tenant = $1 and h.removed_at is null and (s.proven or not h.proven)
       and (h.last_seen_at is null or h.last_seen_at < s.at or h.proven <> s.proven)),
  alive as (
    update hosts h
       set last_seen_at = w.at, first_seen_at = coalesce(h.first_seen_at, w.at), proven = h.proven or w.proven,
           quiet_until = w.quiet_until, silent_since = null,
           check_at = case when h.check_at is null and ($6 or w.silent_since is not null) then w.at else h.check_at end
      from was w where h.id = w.host_id)
  select host_id as "hostId", silent_since as "silentSince", at from was where silent_since is not null`;

/** Heartbeats and what follows from them at once: first ids, then hosts, as everybody locks them. */
export class HeartbeatsStore {
  async keep(
    tx: Transaction,
    beats: readonly KeptHeartbeat[],
  ): Promise<{ readonly dialect: HostDialect; readonly id: string; readonly hostId: Uuid | null }[]> {
    return tx.query(keep, [
      tx.tenant,
      beats.map((beat) => beat.dialect),
      beats.map((beat) => beat.id),
      beats.map((beat) => beat.timestamp),
      beats.map((beat) => beat.receivedAt),
      beats.map((beat) => beat.version),
      beats.map((beat) => beat.osVersion),
      beats.map((beat) => beat.uptimeSeconds),
      beats.map((beat) => beat.connected),
      beats.map((beat) => beat.bound),
    ]);
  }

  /** `watch`: from now on the host's silence would be noticed. */
  async live(tx: Transaction, signs: readonly LifeSign[], watch: boolean): Promise<BackHost[]> {
    return tx.query<BackHost>(live, [
      tx.tenant,
      signs.map((sign) => sign.hostId),
      signs.map((sign) => sign.at),
      signs.map((sign) => sign.proven),
      signs.map((sign) => sign.quietUntil),
      watch,
    ]);
  }

  /** Removes the oldest rows of history that are older than so many days, and gives how many those were. */
  async forget(tx: Transaction, days: number, rows: number): Promise<number> {
    const removed = await tx.query(
      `delete from heartbeat_hours where (tenant, dialect, id, hour) in (
         select tenant, dialect, id, hour from heartbeat_hours
          where hour < $1::timestamptz - make_interval(days => $2) order by hour limit $3)
       returning 1`,
      [tx.now, days, rows],
    );
    return removed.length;
  }

  /** Removes versions that agents had before the last one of so many days ago. */
  async forgetVersions(tx: Transaction, days: number, rows: number): Promise<number> {
    const removed = await tx.query(
      `delete from agent_versions where (tenant, dialect, id, since) in (
         select v.tenant, v.dialect, v.id, v.since from agent_versions v
          where v.since < $1::timestamptz - make_interval(days => $2)
            and exists (select 1 from agent_versions n
                         where n.tenant = v.tenant and n.dialect = v.dialect and n.id = v.id and n.since > v.since)
          limit $3)
       returning 1`,
      [tx.now, days, rows],
    );
    return removed.length;
  }
}
