import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AgentHost } from './agent-host.js';

const columns = `h.host_id as "hostId", h.tenant, h.api_id as "apiId", h.hostname, h.friendly_name as "friendlyName",
  coalesce((select jsonb_agg(jsonb_build_object('dialect', i.dialect, 'id', i.id) order by i.dialect, i.id)
              from agent_host_ids i where i.host_id = h.host_id), '[]') as "externalIds",
  h.groups, h.tenant_users as "tenantUsers", h.compliance_mode as "complianceMode", h.openscap,
  h.docker_bench as "dockerBench", h.docker, h.version, h.removed`;

/** The gateway's copy of hosts. */
@Injectable()
export class AgentHostsStore {
  /** Writes hosts as they are at their versions; what is known of a newer version stays. One entry per host. */
  async write(tx: Transaction, hosts: readonly AgentHost[]): Promise<void> {
    await tx.query(
      `with given as (
         select * from jsonb_to_recordset($1::jsonb) as g (
           "hostId" uuid, tenant text, "apiId" text, hostname text, "friendlyName" text, groups text[], "tenantUsers" text[],
           "complianceMode" text, openscap boolean, "dockerBench" boolean, docker boolean, version integer, removed boolean,
           "externalIds" jsonb)
       ), written as (
         insert into agent_hosts as h (host_id, tenant, api_id, hostname, friendly_name, groups, tenant_users,
                                       compliance_mode, openscap, docker_bench, docker, version, removed)
         select "hostId", tenant, "apiId", hostname, "friendlyName", groups, "tenantUsers", "complianceMode", openscap,
                "dockerBench", docker, version, removed
           from given order by "hostId"
         on conflict (host_id) do update
           set api_id = coalesce(excluded.api_id, h.api_id), hostname = excluded.hostname,
               friendly_name = excluded.friendly_name, groups = excluded.groups, tenant_users = excluded.tenant_users,
               compliance_mode = excluded.compliance_mode, openscap = excluded.openscap,
               docker_bench = excluded.docker_bench, docker = excluded.docker, version = excluded.version,
               removed = h.removed or excluded.removed
           where h.version < excluded.version
         returning host_id)
       insert into agent_host_ids (tenant, dialect, id, host_id)
       select distinct on (e.dialect, e.id) g.tenant, e.dialect, e.id, g."hostId"
         from written w join given g on g."hostId" = w.host_id
              cross join lateral jsonb_to_recordset(g."externalIds") as e (dialect text, id text)
        order by e.dialect, e.id, g.version desc
       on conflict (tenant, dialect, id) do update set host_id = excluded.host_id`,
      [JSON.stringify(hosts)],
    );
  }

  /** Hosts that turned out to be another. */
  async join(tx: Transaction, joined: readonly Uuid[], into: Uuid): Promise<void> {
    await tx.query('update agent_hosts set joined_into = $2, removed = true where host_id = any($1::uuid[])', [
      joined,
      into,
    ]);
  }

  async remove(tx: Transaction, hostId: Uuid): Promise<void> {
    await tx.query('update agent_hosts set removed = true where host_id = $1', [hostId]);
  }

  /** Locked until the transaction ends. Null for a host that is unknown or was removed. */
  async lock(tx: Transaction, hostId: Uuid): Promise<AgentHost | null> {
    const [host] = await tx.query<AgentHost>(
      `select ${columns} from agent_hosts h where h.host_id = $1 and not h.removed for update of h`,
      [hostId],
    );
    return host ?? null;
  }

  /** Null for a host that is unknown or was removed. */
  async find(tx: Transaction, hostId: Uuid): Promise<AgentHost | null> {
    const [host] = await tx.query<AgentHost>(
      `select ${columns} from agent_hosts h where h.host_id = $1 and not h.removed`,
      [hostId],
    );
    return host ?? null;
  }

  /** Of any tenant, in a transaction across tenants; without those that were removed. */
  async findAll(tx: Transaction, hostIds: readonly Uuid[]): Promise<AgentHost[]> {
    return tx.query<AgentHost>(
      `select ${columns} from agent_hosts h where h.host_id = any($1::uuid[]) and not h.removed`,
      [hostIds],
    );
  }

  /** By the id that its agent of PatchMon shows. */
  async findByApiId(tx: Transaction, apiId: string): Promise<AgentHost | null> {
    const [host] = await tx.query<AgentHost>(
      `select ${columns} from agent_host_ids a join agent_hosts h on h.host_id = a.host_id
        where a.tenant = $1 and a.dialect = 'patchmon' and a.id = $2 and not h.removed`,
      [tx.tenant, apiId],
    );
    return host ?? null;
  }
}
