import type { DataOf, hostChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A host as far as case-engine knows it. */
export interface KnownHost {
  readonly hostId: Uuid;
  readonly hostname: string;
  readonly friendlyName: string;
  readonly groups: readonly string[];
  /** Every id that others have for it. */
  readonly ids: readonly string[];
}

const columns = `h.host_id as "hostId", h.hostname, h.friendly_name as "friendlyName", h.groups,
  array(select i.id::text from known_host_ids i where i.tenant = h.tenant and i.host_id = h.host_id order by 1) as ids`;

/** True for hosts `h` that a caller may see; as compliance has it, which is asked where hosts themselves are shown. */
export const visible = `
  ($2::text[] is null or h.host_id::text = any($2) or lower(h.hostname) = any($2) or h.hostname = any($2)
   or exists (select from unnest(h.groups) g where 'group:' || g = any($2))
   or exists (select from known_host_ids i where i.tenant = h.tenant and i.host_id = h.host_id and i.id = any($2)))
  and ($3::text[] is null or h.tenant_users = '{}' or h.tenant_users && $3)`;

/** Copies of compliance's hosts. Its events come in any order: the newest version of a host counts. */
@Injectable()
export class KnownHostsStore {
  /** Keeps a host; false if a newer version is known. */
  async keep(
    tx: Transaction,
    { host, removed, tenantUsers }: DataOf<typeof hostChangedV1>,
    version: number,
  ): Promise<boolean> {
    const kept = await tx.query(
      `insert into known_hosts as h (tenant, host_id, hostname, friendly_name, groups, tenant_users, version, removed)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant, host_id) do update set hostname = excluded.hostname, friendly_name = excluded.friendly_name,
         groups = excluded.groups, tenant_users = excluded.tenant_users, version = excluded.version, removed = excluded.removed
       where h.version < excluded.version returning 1`,
      [tx.tenant, host.hostId, host.hostname, host.friendlyName, host.groups, tenantUsers, version, removed],
    );
    if (kept.length === 0) return false;
    await tx.query(
      `delete from known_host_ids i where i.tenant = $1 and i.host_id = $2
          and not exists (select from unnest($3::text[], $4::text[]) as n (dialect, id) where n.dialect = i.dialect and n.id = i.id)`,
      [tx.tenant, host.hostId, ...idsOf(host)],
    );
    await tx.query(
      `insert into known_host_ids (tenant, dialect, id, host_id)
       select $1, n.dialect, n.id, $2 from unnest($3::text[], $4::text[]) as n (dialect, id) order by n.id, n.dialect
       on conflict (tenant, id, dialect) do update set host_id = excluded.host_id`,
      [tx.tenant, host.hostId, ...idsOf(host)],
    );
    return true;
  }

  /** Forgets hosts that turned out to be another, with what was known of their benchmarks. */
  async forget(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    if (hostIds.length === 0) return;
    await tx.query('delete from known_hosts where tenant = $1 and host_id = any($2::uuid[])', [tx.tenant, hostIds]);
    await tx.query('delete from host_rules where tenant = $1 and host_id = any($2::uuid[])', [tx.tenant, hostIds]);
  }

  /** Our ids of the hosts that signals name, without those that compliance has not told of yet. */
  async ofSignals(tx: Transaction, signalHosts: readonly string[]): Promise<Uuid[]> {
    const rows = await tx.query<{ hostId: Uuid }>(
      `select distinct host_id as "hostId" from known_host_ids where tenant = $1 and id = any($2::text[])`,
      [tx.tenant, signalHosts],
    );
    return rows.map(({ hostId }) => hostId);
  }

  async byIds(tx: Transaction, hostIds: readonly Uuid[]): Promise<KnownHost[]> {
    return tx.query<KnownHost>(
      `select ${columns} from known_hosts h where h.tenant = $1 and h.host_id = any($2::uuid[]) order by h.host_id`,
      [tx.tenant, hostIds],
    );
  }

  /** The host of an id of ours, of somebody else's, or of a name; null for none, several, or one that the caller may not see. */
  async find(tx: Transaction, caller: Principal, id: string): Promise<KnownHost | null> {
    // Nothing that Postgres keeps holds U+0000, and it refuses to be asked for it.
    if (id.includes('\0')) return null;
    const rows = await tx.query<KnownHost>(
      `select ${columns} from known_hosts h
        where h.tenant = $1 and not h.removed and ${visible}
          and (h.host_id::text = lower($4) or lower(h.hostname) = lower($4)
               or exists (select from known_host_ids i where i.tenant = h.tenant and i.host_id = h.host_id and i.id = $4))
        limit 2`,
      [tx.tenant, ...limitsOf(caller), id],
    );
    return rows.length === 1 ? rows[0]! : null;
  }
}

/** What limits the hosts that somebody sees: names of hosts and groups, and what he is called himself. Null is no limit. */
export function limitsOf({ role, actor, scope, credentialId, name }: Principal): [string[] | null, string[] | null] {
  const names = [actor, actor.slice(actor.indexOf(':') + 1), credentialId, name];
  const isListed = role !== 'admin' && role !== 'service';
  const hosts = scope.hosts === null ? null : [...scope.hosts, ...scope.hosts.map((host) => host.toLowerCase())];
  return [hosts, isListed ? names.filter((known) => typeof known === 'string') : null];
}

function idsOf({ externalIds }: DataOf<typeof hostChangedV1>['host']): [string[], string[]] {
  return [externalIds.map(({ dialect }) => dialect), externalIds.map(({ id }) => id)];
}
