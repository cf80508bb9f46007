import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';

/** A group that is to be scanned at times, and how far that is. */
export interface GroupScan {
  readonly tenant: TenantSlug;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  /** What `nextAt` was computed from; null where it was not yet. */
  readonly plan: string | null;
  readonly nextAt: Date | null;
  /** The last host of the round that goes on; null while none does. */
  readonly afterHost: Uuid | null;
}

const columns = `g.tenant, g.name, g.scan_cron as cron, g.time_zone as "timeZone", s.plan, s.next_at as "nextAt",
  s.after_host as "afterHost"`;

/** When groups are scanned next. */
export class GroupScansStore {
  /** Groups that are due, or whose times are new, across tenants. */
  async due(tx: Transaction): Promise<GroupScan[]> {
    return tx.query<GroupScan>(
      `select ${columns} from host_groups g left join group_scans s on s.tenant = g.tenant and s.name = g.name
        where g.scan_cron is not null
          and (s.plan is null or s.plan <> g.scan_cron || ' ' || g.time_zone or s.next_at <= $1)
        order by s.next_at nulls first limit $2`,
      [tx.now, limits.commandTickRows],
    );
  }

  /** One of them as it is now, locked; null if it has no times any more. */
  async lock(tx: Transaction, name: string): Promise<GroupScan | null> {
    const [group] = await tx.query<GroupScan>(
      `select ${columns} from host_groups g left join group_scans s on s.tenant = g.tenant and s.name = g.name
        where g.tenant = $1 and g.name = $2 and g.scan_cron is not null for update of g`,
      [tx.tenant, name],
    );
    return group ?? null;
  }

  async save(tx: Transaction, name: string, plan: string, nextAt: Date, afterHost: Uuid | null): Promise<void> {
    await tx.query(
      `insert into group_scans (tenant, name, plan, next_at, after_host) values ($1, $2, $3, $4, $5)
       on conflict (tenant, name) do update set plan = excluded.plan, next_at = excluded.next_at,
         after_host = excluded.after_host`,
      [tx.tenant, name, plan, nextAt, afterHost],
    );
  }

  /** Some hosts of a group that scan on command only, in the order of their ids. Those that scan by themselves do so. */
  async hosts(tx: Transaction, name: string, after: Uuid | null): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      `select id from hosts
        where tenant = $1 and $2 = any(groups) and removed_at is null and api_id is not null
          and compliance_mode = 'on-demand' and ($3::uuid is null or id > $3)
        order by id limit $4`,
      [tx.tenant, name, after, limits.groupScanHosts],
    );
    return rows.map(({ id }) => id);
  }
}
