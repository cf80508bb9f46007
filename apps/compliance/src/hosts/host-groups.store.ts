import type { ComplianceMode } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Schedule } from './host-schedule.js';

/** What holds for the hosts of a group. Hosts name their groups; one that nobody described has no settings. */
export interface HostGroup extends Schedule {
  readonly name: string;
  /** What its hosts got when it was set, and hosts get that come into it. */
  readonly complianceMode: ComplianceMode | null;
  /** When its hosts are scanned by command: five fields of cron in `timeZone`. Null for never. */
  readonly scanCron: string | null;
  readonly timeZone: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** Schedules of one host: its own and those of its groups, in its order. */
export interface HostSchedules {
  readonly own: Schedule;
  readonly groups: readonly HostGroup[];
}

const columns = `
  g.name, g.compliance_mode as "complianceMode", g.update_interval_minutes as "updateIntervalMinutes",
  g.scan_interval_minutes as "scanIntervalMinutes", g.silent_after_minutes as "silentAfterMinutes",
  g.scan_cron as "scanCron", g.time_zone as "timeZone", g.updated_at as "updatedAt", g.updated_by as "updatedBy"`;

/** Groups of hosts and what holds for them. */
export class HostGroupsStore {
  async get(tx: Transaction, name: string): Promise<HostGroup | null> {
    const sql = `select ${columns} from host_groups g where g.tenant = $1 and g.name = $2`;
    const [group] = await tx.query<HostGroup>(sql, [tx.tenant, name]);
    return group ?? null;
  }

  async list(tx: Transaction, after: string | null, limit: number): Promise<HostGroup[]> {
    return tx.query<HostGroup>(
      `select ${columns} from host_groups g where g.tenant = $1 and ($2::text is null or g.name > $2)
        order by g.name limit $3`,
      [tx.tenant, after, limit],
    );
  }

  async save(tx: Transaction, group: Omit<HostGroup, 'updatedAt' | 'updatedBy'>): Promise<void> {
    await tx.query(
      `insert into host_groups (tenant, name, compliance_mode, update_interval_minutes, scan_interval_minutes,
                                silent_after_minutes, scan_cron, time_zone, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (tenant, name) do update set compliance_mode = excluded.compliance_mode,
         update_interval_minutes = excluded.update_interval_minutes,
         scan_interval_minutes = excluded.scan_interval_minutes, silent_after_minutes = excluded.silent_after_minutes,
         scan_cron = excluded.scan_cron, time_zone = excluded.time_zone, updated_at = excluded.updated_at,
         updated_by = excluded.updated_by`,
      [
        tx.tenant,
        group.name,
        group.complianceMode,
        group.updateIntervalMinutes,
        group.scanIntervalMinutes,
        group.silentAfterMinutes,
        group.scanCron,
        group.timeZone,
        tx.now,
        tx.actor,
      ],
    );
  }

  async remove(tx: Transaction, name: string): Promise<boolean> {
    const sql = 'delete from host_groups where tenant = $1 and name = $2 returning name';
    return (await tx.query(sql, [tx.tenant, name])).length > 0;
  }

  /** Ids of the hosts that are in a group. */
  async members(tx: Transaction, name: string): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      'select id from hosts where tenant = $1 and removed_at is null and $2 = any(groups) order by id',
      [tx.tenant, name],
    );
    return rows.map(({ id }) => id);
  }

  /** What holds for each of these hosts, by host. */
  async schedules(tx: Transaction, hostIds: readonly Uuid[]): Promise<Map<Uuid, HostSchedules>> {
    const rows = await tx.query<Schedule & { id: Uuid; groups: HostGroup[] }>(
      `select h.id, h.update_interval_minutes as "updateIntervalMinutes", h.scan_interval_minutes as "scanIntervalMinutes",
              h.silent_after_minutes as "silentAfterMinutes",
              coalesce((select jsonb_agg(g order by n.place)
                 from unnest(h.groups) with ordinality as n(name, place)
                 join lateral (select ${columns} from host_groups g where g.tenant = h.tenant and g.name = n.name) g on true),
                '[]') as groups
         from hosts h where h.tenant = $1 and h.id = any($2::uuid[])`,
      [tx.tenant, hostIds],
    );
    return new Map(rows.map(({ id, groups, ...own }) => [id, { own, groups }]));
  }
}
