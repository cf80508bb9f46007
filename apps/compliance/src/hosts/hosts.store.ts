import type { HostDialect } from '@assay/contracts';
import { isUuid, type TenantSlug, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { ExternalHostId, Host } from './host.js';
import { everyHost, type HostVisibility, visibleHosts } from './host-visibility.js';
import { hostUnknown } from './hosts.errors.js';

/** Columns of `hosts h` as a `Host`, for statements of this capability. */
export const hostColumns = `
  h.id, h.hostname, h.friendly_name as "friendlyName", h.machine_id as "machineId", h.api_id as "apiId",
  h.compliance_mode as "complianceMode", h.openscap, h.docker_bench as "dockerBench", h.docker, h.groups,
  h.tenant_users as "tenantUsers", h.agent_version as "agentVersion", h.compliance_hash as "complianceHash",
  h.os_info as "osInfo", h.first_seen_at as "firstSeenAt", h.last_seen_at as "lastSeenAt",
  h.silent_since as "silentSince", h.version, h.created_at as "createdAt", h.removed_at as "removedAt",
  coalesce((select jsonb_agg(jsonb_build_object('dialect', i.dialect, 'id', i.id) order by i.dialect, i.id)
              from host_ids i where i.tenant = h.tenant and i.host_id = h.id), '[]') as "externalIds"`;

const byId = `
  select ${hostColumns} from hosts h
   where h.tenant = $1 and h.removed_at is null and ${visibleHosts('$3', '$4')}
     and h.id = (select coalesce(joined_into, id) from hosts where tenant = $1 and id = $2)`;

const byIds = `
  select ${hostColumns} from hosts h
   where h.tenant = $1 and h.removed_at is null and ${visibleHosts('$3', '$4')}
     and h.id in (select coalesce(joined_into, id) from hosts where tenant = $1 and id = any($2::uuid[]))
   order by h.id`;

const byExternalId = `
  select ${hostColumns} from host_ids x join hosts h on h.id = x.host_id
   where x.tenant = $1 and x.dialect = $2 and x.id = $3 and h.removed_at is null`;

const byName = `
  select ${hostColumns} from hosts h
   where h.tenant = $1 and h.removed_at is null and h.name = lower($2) and ${visibleHosts('$3', '$4')}
   order by h.id limit 2`;

/**
 * Finds hosts of the transaction's tenant. The id of a host that was joined into another finds that other: what was given
 * out before (a credential's scope, a link) goes on to work. Removed hosts are not found.
 */
export class HostsStore {
  /** The host of an id of ours, or null. */
  async byId(tx: Transaction, id: Uuid, { scope, names }: HostVisibility = everyHost): Promise<Host | null> {
    const [host] = await tx.query<Host>(byId, [tx.tenant, id, scope, names]);
    return host ?? null;
  }

  /** The host of an id of ours. @throws AssayError `hosts.unknown` (not-found), for invisible ones too */
  async get(tx: Transaction, id: Uuid, visibility: HostVisibility = everyHost): Promise<Host> {
    const host = await this.byId(tx, id, visibility);
    if (host === null) throw hostUnknown();
    return host;
  }

  /** The hosts of these ids that are there and visible, each once. */
  async byIds(tx: Transaction, ids: readonly Uuid[], { scope, names }: HostVisibility = everyHost): Promise<Host[]> {
    return tx.query<Host>(byIds, [tx.tenant, ids, scope, names]);
  }

  /** The host of somebody else's id, or null. */
  async byExternalId(tx: Transaction, dialect: HostDialect, id: string): Promise<Host | null> {
    const [host] = await tx.query<Host>(byExternalId, [tx.tenant, dialect, id]);
    return host ?? null;
  }

  /** The hosts of several such ids, as `<dialect> <id>` → host; ids that nobody knows are missing. */
  async idsOf(tx: Transaction, ids: readonly ExternalHostId[]): Promise<Map<string, Uuid>> {
    const rows = await tx.query<{ key: string; hostId: Uuid }>(
      `select i.dialect || ' ' || i.id as key, i.host_id as "hostId"
         from unnest($2::text[], $3::text[]) as w(dialect, id)
         join host_ids i on i.tenant = $1 and i.dialect = w.dialect and i.id = w.id`,
      [tx.tenant, ids.map(({ dialect }) => dialect), ids.map(({ id }) => id)],
    );
    return new Map(rows.map(({ key, hostId }) => [key, hostId]));
  }

  /** The host of each text that is somebody's id of one, whoever's, or ours. Where two hosts have it, that of Santamon's. */
  async byAnyId(tx: Transaction, ids: readonly string[]): Promise<Map<string, Uuid>> {
    const rows = await tx.query<{ id: string; hostId: Uuid }>(
      `select distinct on (id) id, "hostId" from (
         select i.id, i.host_id as "hostId", case i.dialect when 'santamon' then 0 else 1 end as place
           from host_ids i where i.tenant = $1 and i.dialect in ('santamon', 'native', 'patchmon') and i.id = any($2::text[])
         union all
         select h.id::text, coalesce(h.joined_into, h.id), 2 from hosts h
          where h.tenant = $1 and h.id = any($3::uuid[]) and (h.removed_at is null or h.joined_into is not null)) found
        order by id, place`,
      [tx.tenant, ids, ids.filter((id) => isUuid(id))],
    );
    return new Map(rows.map(({ id, hostId }) => [id, hostId]));
  }

  /** The host of PatchMon's API id, or null. */
  async byApiId(tx: Transaction, apiId: string): Promise<Host | null> {
    return this.byExternalId(tx, 'patchmon', apiId);
  }

  /** The one host of this name, in whatever case; null where there is none or more than one. */
  async byName(tx: Transaction, hostname: string, { scope, names }: HostVisibility = everyHost): Promise<Host | null> {
    const hosts = await tx.query<Host>(byName, [tx.tenant, hostname, scope, names]);
    return hosts.length === 1 ? hosts[0]! : null;
  }

  /** Hosts of several tenants, for work that crosses them. */
  async acrossTenants(tx: Transaction, hosts: readonly { tenant: TenantSlug; hostId: Uuid }[]): Promise<Host[]> {
    return tx.query<Host>(
      `select ${hostColumns} from unnest($1::text[], $2::uuid[]) as w(tenant, id) join hosts h on h.id = w.id
        where h.tenant = w.tenant order by h.id`,
      [hosts.map(({ tenant }) => tenant), hosts.map(({ hostId }) => hostId)],
    );
  }

  /** Notes the hash of the newest results that were kept of a host (`wire/patchmon.md` §4); null for none. */
  async setComplianceHash(tx: Transaction, id: Uuid, hash: string | null): Promise<void> {
    await tx.query('update hosts set compliance_hash = $3 where tenant = $1 and id = $2', [tx.tenant, id, hash]);
  }

  /** Notes what an agent said of its host's operating system and scanners; null leaves what is there. */
  async describe(tx: Transaction, id: Uuid, osInfo: object | null, scannerInfo: object | null): Promise<void> {
    await tx.query(
      `update hosts set os_info = coalesce($3::jsonb, os_info), scanner_info = coalesce($4::jsonb, scanner_info)
        where tenant = $1 and id = $2`,
      [tx.tenant, id, osInfo && JSON.stringify(osInfo), scannerInfo && JSON.stringify(scannerInfo)],
    );
  }
}
