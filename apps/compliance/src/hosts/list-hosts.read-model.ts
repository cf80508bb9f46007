import type { ComplianceMode, HostDialect } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';
import type { Host } from './host.js';
import { type HostVisibility, visibleHosts } from './host-visibility.js';
import { hostColumns } from './hosts.store.js';

/** What a list of hosts can be asked for. Null asks for nothing. */
export interface HostFilter {
  readonly group: string | null;
  readonly silent: boolean | null;
  readonly mode: ComplianceMode | null;
  /** Part of a name or id, as it is: no character in it means another. */
  readonly search: string | null;
}

/** A host in a list. */
export interface ListedHost extends Host {
  readonly connected: boolean;
}

/** A row of a list: `name` is what it is sorted by. */
export interface HostRow extends ListedHost {
  readonly name: string;
}

/** Where a page of hosts ended. */
export interface HostPosition {
  readonly name: string;
  readonly id: Uuid;
}

/** An agent of a host, by its id. */
export interface HostAgent {
  readonly dialect: HostDialect;
  readonly id: string;
  readonly linkedBy: string;
  readonly bound: boolean;
  readonly version: string | null;
  readonly osVersion: string | null;
  readonly uptimeSeconds: number | null;
  readonly lastSeenAt: Date | null;
}

/** What is known of one host beside what lists show. */
export interface HostDetail {
  readonly machineId: string | null;
  readonly osInfo: object | null;
  readonly scannerInfo: object | null;
  readonly integrations: object | null;
  readonly inventory: object | null;
  readonly claimedHostname: string | null;
  readonly claimedMachineId: string | null;
  readonly updateIntervalMinutes: number | null;
  readonly scanIntervalMinutes: number | null;
  readonly silentAfterMinutes: number | null;
  /** Other hosts with its name or machine id, or the ones that it claims. */
  readonly sameAs: readonly Uuid[];
  readonly agents: readonly HostAgent[];
  readonly benchmarks: readonly object[];
}

const connected = (now: `$${number}`): string => `coalesce((select c.disconnected_at is null
    and c.seen_at > ${now}::timestamptz - make_interval(secs => ${limits.connectionLostSeconds})
    from agent_connections c where c.tenant = h.tenant and c.host_id = h.id), false) as connected`;

const matching = `
   h.tenant = $1 and h.removed_at is null and ${visibleHosts('$2', '$3')}
     and ($4::text is null or $4 = any(h.groups))
     and ($5::boolean is null or (h.silent_since is not null) = $5)
     and ($6::text is null or h.compliance_mode = $6)
     and ($7::text is null or position($7 in h.name) > 0 or position($7 in lower(h.friendly_name)) > 0
          or exists (select 1 from host_ids i
                      where i.tenant = h.tenant and i.host_id = h.id and position($7 in lower(i.id)) > 0))`;

const list = `
  select h.name, ${hostColumns}, ${connected('$8')} from hosts h
   where ${matching} and ($9::text is null or (h.name, h.id) > ($9, $10::uuid))
   order by h.name, h.id limit $11`;

const count = `select count(*)::int as total from hosts h where ${matching}`;

const detail = `
  select h.machine_id as "machineId", h.os_info as "osInfo", h.scanner_info as "scannerInfo", h.integrations, h.inventory,
         h.claimed_hostname as "claimedHostname", h.claimed_machine_id as "claimedMachineId",
         h.update_interval_minutes as "updateIntervalMinutes", h.scan_interval_minutes as "scanIntervalMinutes",
         h.silent_after_minutes as "silentAfterMinutes",
         array(select o.id from hosts o
                where o.tenant = h.tenant and o.removed_at is null and o.id <> h.id
                  and (o.name in (h.name, lower(h.claimed_hostname)) or o.machine_id in (h.machine_id, h.claimed_machine_id))
                order by o.id limit 10) as "sameAs",
         coalesce((select jsonb_agg(jsonb_build_object('profileId', l.profile_id, 'profileName', p.name,
                     'profileType', l.profile_type, 'scanId', l.scan_id, 'completedAt', l.completed_at, 'total', l.total,
                     'passed', l.passed, 'failed', l.failed, 'warnings', l.warnings, 'skipped', l.skipped,
                     'notApplicable', l.not_applicable, 'score', l.score, 'effectiveScore', l.effective_score)
                     order by l.completed_at desc)
            from benchmark_latest l join benchmark_profiles p on p.tenant = l.tenant and p.id = l.profile_id
           where l.tenant = h.tenant and l.host_id = h.id), '[]') as benchmarks
    from hosts h where h.tenant = $1 and h.id = $2`;

const agents = `
  select dialect, id, linked_by as "linkedBy", bound, version, os_version as "osVersion",
         uptime_seconds as "uptimeSeconds", received_at as "lastSeenAt"
    from host_ids where tenant = $1 and host_id = $2 order by dialect, id`;

/** What people see of hosts. */
export class ListHosts {
  /** By name, along `hosts_name_idx`. */
  async list(
    tx: Transaction,
    visibility: HostVisibility,
    filter: HostFilter,
    limit: number,
    after: HostPosition | null,
  ): Promise<HostRow[]> {
    const position = [after?.name ?? null, after?.id ?? null];
    return tx.query<HostRow>(list, [...parametersOf(tx, visibility, filter), tx.now, ...position, limit]);
  }

  /** How many there are in all, for who asks and pays for it. */
  async count(tx: Transaction, visibility: HostVisibility, filter: HostFilter): Promise<number> {
    const [row] = await tx.query<{ total: number }>(count, parametersOf(tx, visibility, filter));
    return row!.total;
  }

  /** Everything of one host that is there. */
  async detail(tx: Transaction, hostId: Uuid): Promise<HostDetail> {
    const [row] = await tx.query<Omit<HostDetail, 'agents'>>(detail, [tx.tenant, hostId]);
    return { ...row!, agents: await tx.query<HostAgent>(agents, [tx.tenant, hostId]) };
  }
}

function parametersOf(tx: Transaction, { scope, names }: HostVisibility, filter: HostFilter): unknown[] {
  const { group, silent, mode, search } = filter;
  const sought = search?.trim().toLowerCase() ?? '';
  return [tx.tenant, scope, names, group, silent, mode, sought === '' ? null : sought];
}
