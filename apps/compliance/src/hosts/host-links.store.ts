import type { ComplianceMode, HostDialect } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { LinkCandidate } from './link-hosts.js';

/** How an id came to its host. */
export type LinkedBy = 'enrolment' | 'own-name' | 'machine-id' | 'hostname' | 'admin';

/** A host to be made. */
export interface NewHost {
  readonly id: Uuid;
  readonly hostname: string;
  readonly friendlyName: string;
  readonly machineId: string | null;
  readonly apiId: string | null;
  readonly complianceMode: ComplianceMode;
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  readonly docker: boolean;
  readonly groups: readonly string[];
  readonly tenantUsers: readonly string[];
}

export interface NewHostId {
  readonly dialect: HostDialect;
  readonly id: string;
  readonly hostId: Uuid;
  readonly linkedBy: LinkedBy;
  readonly bound: boolean;
}

/** A host that could be the same machine, with what it is known by. */
export interface KnownMachine extends LinkCandidate {
  readonly name: string;
  readonly machineId: string | null;
}

const machines = `
  select h.id as "hostId", h.name, h.machine_id as "machineId",
         h.api_id is not null or coalesce(bool_or(i.bound), false) as bound,
         coalesce(array_agg(distinct i.dialect) filter (where i.dialect is not null), '{}') as dialects
    from hosts h left join host_ids i on i.tenant = h.tenant and i.host_id = h.id
   where h.tenant = $1 and h.removed_at is null
     and (h.name = any($2::text[]) or h.machine_id = any($3::text[]))
   group by h.id, h.name, h.machine_id, h.api_id`;

const addHosts = `
  insert into hosts (tenant, id, hostname, friendly_name, machine_id, api_id, compliance_mode, openscap, docker_bench, docker, groups,
                     tenant_users, created_at)
  select $1, h.id, h.hostname, h."friendlyName", h."machineId", h."apiId", h."complianceMode", h.openscap, h."dockerBench", h.docker,
         array(select jsonb_array_elements_text(h.groups)), array(select jsonb_array_elements_text(h."tenantUsers")), $3
    from jsonb_to_recordset($2::jsonb) as h(id uuid, hostname text, "friendlyName" text, "machineId" text, "apiId" text,
         "complianceMode" text, openscap boolean, "dockerBench" boolean, docker boolean, groups jsonb, "tenantUsers" jsonb)
  on conflict (id) do nothing`;

const addIds = `
  insert into host_ids (tenant, dialect, id, host_id, first_host_id, linked_by, bound, created_at)
  select $1, n.dialect, n.id, n."hostId", n."hostId", n."linkedBy", n.bound, $3
    from jsonb_to_recordset($2::jsonb) as n(dialect text, id text, "hostId" uuid, "linkedBy" text, bound boolean)
  on conflict (tenant, dialect, id) do nothing`;

/** Nobody else adds or joins hosts of the tenant, or changes many at once, until the transaction ends. */
export async function lockHosts(tx: Transaction): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtext('hosts'), hashtext($1))", [tx.tenant]);
}

/**
 * Who is who. Everything that adds, joins or splits hosts, or changes many at once, takes the tenant's lock first: two that
 * learn of one machine at once would make two hosts of it, and two that change the same rows in another order would stop
 * each other. What changes one host alone needs no lock; it changes ids before hosts.
 */
export class HostLinksStore {
  async lock(tx: Transaction): Promise<void> {
    await lockHosts(tx);
  }

  /** Hosts with one of these names (in lower case) or machine ids, along `hosts_name_idx` and `hosts_machine_idx`. */
  async machines(tx: Transaction, names: readonly string[], machineIds: readonly string[]): Promise<KnownMachine[]> {
    return tx.query<KnownMachine>(machines, [tx.tenant, names, machineIds]);
  }

  async machine(tx: Transaction, hostId: Uuid): Promise<LinkCandidate | null> {
    const [machine] = await tx.query<LinkCandidate>(
      `select h.id as "hostId", h.api_id is not null or coalesce(bool_or(i.bound), false) as bound,
              coalesce(array_agg(distinct i.dialect) filter (where i.dialect is not null), '{}') as dialects
         from hosts h left join host_ids i on i.tenant = h.tenant and i.host_id = h.id
        where h.tenant = $1 and h.id = $2 and h.removed_at is null group by h.id, h.api_id`,
      [tx.tenant, hostId],
    );
    return machine ?? null;
  }

  async addHosts(tx: Transaction, hosts: readonly NewHost[]): Promise<void> {
    await tx.query(addHosts, [tx.tenant, JSON.stringify(hosts), tx.now]);
  }

  async addIds(tx: Transaction, ids: readonly NewHostId[]): Promise<void> {
    await tx.query(addIds, [tx.tenant, JSON.stringify(ids), tx.now]);
  }

  /** A step of each host's version, for the event that says that it changed. */
  async touch(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    await tx.query('update hosts set version = version + 1 where tenant = $1 and id = any($2::uuid[])', [
      tx.tenant,
      hostIds,
    ]);
  }

  /** A host's name and machine id are known now; null leaves what is there. One without a name for people gets this. */
  async name(
    tx: Transaction,
    hostId: Uuid,
    { hostname, machineId }: { readonly hostname: string | null; readonly machineId: string | null },
  ): Promise<void> {
    await tx.query(
      `update hosts set hostname = coalesce($3, hostname), machine_id = coalesce($4, machine_id),
              friendly_name = case when friendly_name = '' then coalesce($3, '') else friendly_name end
        where tenant = $1 and id = $2`,
      [tx.tenant, hostId, hostname, machineId],
    );
  }

  /** What an agent says and does not hold; null where it says nothing else. */
  async claim(tx: Transaction, hostId: Uuid, hostname: string | null, machineId: string | null): Promise<void> {
    await tx.query(
      `update hosts set claimed_hostname = $3, claimed_machine_id = $4
        where tenant = $1 and id = $2 and (claimed_hostname, claimed_machine_id) is distinct from ($3, $4)`,
      [tx.tenant, hostId, hostname, machineId],
    );
  }
}
