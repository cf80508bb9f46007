import type { BenchmarkProfileType } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';
import { limits } from '../limits.js';
import type { OffsetPage } from './patchmon-reads.js';

/** Which scans of the history. Null asks for nothing. */
export interface HistoryFilter {
  readonly status: string | null;
  readonly hostId: Uuid | null;
  readonly profileType: BenchmarkProfileType | null;
  /** Part of the name of a host or profile, as it is. */
  readonly search: string | null;
}

/** A row in PatchMon's words. */
export type Row = Readonly<Record<string, unknown>>;

const joined = `benchmark_scans s join hosts h on h.id = s.host_id and h.removed_at is null
  join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id`;

const scanColumns = `
  s.id, s.host_id, s.profile_id, s.started_at, s.completed_at, s.status, s.total as total_rules, s.passed, s.failed,
  s.warnings, s.skipped, s.not_applicable, s.errors, s.score, s.effective_score, s.xccdf_score, s.error as error_message,
  s.accepted_at as created_at, coalesce(s.completed_at, s.accepted_at) as updated_at,
  jsonb_build_object('name', p.name, 'type', p.type) as compliance_profiles`;

const historyWhere = `
  s.tenant = $1 and ${visibleHosts('$2', '$3')} and ($4::text is null or s.status = $4)
  and ($5::uuid is null or s.host_id = $5) and ($6::text is null or p.type = $6)
  and ($7::text is null or position($7 in h.name) > 0 or position($7 in lower(h.friendly_name)) > 0
       or position($7 in lower(p.name)) > 0)`;

const running = `
  select s.id, s.host_id as "hostId", h.friendly_name as "hostName", h.api_id as "apiId", p.name as "profileName",
         p.type as "profileType", s.started_at as "startedAt", s.status,
         coalesce(c.disconnected_at is null and c.seen_at > $4::timestamptz - make_interval(secs => ${limits.connectionLostSeconds}),
                  false) as connected
    from ${joined} left join agent_connections c on c.tenant = s.tenant and c.host_id = s.host_id
   where s.tenant = $1 and s.status = 'running' and ${visibleHosts('$2', '$3')}`;

/** Scans of hosts as PatchMon's pages show them. */
export class HostScans {
  /** What runs now, the longest first. */
  async active(tx: Transaction, { scope, names }: HostVisibility): Promise<Row[]> {
    return tx.query(`${running} order by s.started_at, s.id limit ${limits.runningScansShown}`, [
      tx.tenant,
      scope,
      names,
      tx.now,
    ]);
  }

  /** What runs for longer than a scan may. */
  async stalled(tx: Transaction, { scope, names }: HostVisibility): Promise<Row[]> {
    return tx.query(
      `select r.id, r."hostId", r."hostName", r."apiId", r."profileName", r."profileType", r."startedAt", r.status,
              floor(extract(epoch from $4::timestamptz - r."startedAt") / 60)::int as "runtimeMinutes",
              to_char(extract(epoch from $4::timestamptz - r."startedAt") / 3600, 'FM999999990.0') as "runtimeHours"
         from (${running} and s.started_at < $5 order by s.started_at, s.id limit ${limits.runningScansShown}) r
        order by r."startedAt", r.id`,
      [tx.tenant, scope, names, tx.now, new Date(tx.now.getTime() - limits.staleScanMs)],
    );
  }

  async history(
    tx: Transaction,
    visibility: HostVisibility,
    filter: HistoryFilter,
    { limit, offset }: OffsetPage,
  ): Promise<{ readonly scans: Row[]; readonly total: number }> {
    const given = [
      tx.tenant,
      visibility.scope,
      visibility.names,
      filter.status,
      filter.hostId,
      filter.profileType,
      filter.search?.trim().toLowerCase() || null,
    ];
    const scans = await tx.query<Row>(
      `select s.id, s.host_id, h.friendly_name as host_name, p.name as profile_name, p.type as profile_type, s.status,
              s.started_at, s.completed_at,
              (extract(epoch from s.completed_at - s.started_at) * 1000)::bigint::float8 as duration_ms,
              s.total as total_rules, s.passed, s.failed, s.warnings, s.skipped, s.not_applicable, s.score,
              s.effective_score, s.total as results_stored, s.error as error_message
         from ${joined} where ${historyWhere}
        order by s.started_at desc, s.id desc limit $8 offset $9`,
      [...given, limit, offset],
    );
    const [counted] = await tx.query<{ total: number }>(
      `select count(*)::int as total from ${joined} where ${historyWhere}`,
      given,
    );
    return { scans, total: counted?.total ?? 0 };
  }

  /** Scans of one host, the newest first. */
  async ofHost(
    tx: Transaction,
    hostId: Uuid,
    { limit, offset }: OffsetPage,
  ): Promise<{ readonly scans: Row[]; readonly total: number }> {
    const scans = await tx.query<Row>(
      `select ${scanColumns}, jsonb_build_object('compliance_results', s.total) as _count
         from ${joined} where s.tenant = $1 and s.host_id = $2
        order by s.started_at desc, s.id desc limit $3 offset $4`,
      [tx.tenant, hostId, limit, offset],
    );
    const [counted] = await tx.query<{ total: number }>(
      `select count(*)::int as total from benchmark_scans s where s.tenant = $1 and s.host_id = $2`,
      [tx.tenant, hostId],
    );
    return { scans, total: counted?.total ?? 0 };
  }

  /** The newest completed scan of a host (and type), or null. */
  async latest(tx: Transaction, hostId: Uuid, type: BenchmarkProfileType | null): Promise<(Row & { id: Uuid }) | null> {
    const [scan] = await tx.query<Row & { id: Uuid }>(
      `select ${scanColumns} from benchmark_latest l
         join benchmark_scans s on s.tenant = l.tenant and s.id = l.scan_id
         join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where l.tenant = $1 and l.host_id = $2 and ($3::text is null or l.profile_type = $3)
        order by l.completed_at desc, l.scan_id desc limit 1`,
      [tx.tenant, hostId, type],
    );
    return scan ?? null;
  }

  /** Scores of a host over the last `days`, oldest first. Scans without a score are left out: they say nothing. */
  async trend(tx: Transaction, hostId: Uuid, days: number): Promise<Row[]> {
    return tx.query(
      `select s.completed_at, s.score, s.effective_score, jsonb_build_object('name', p.name, 'type', p.type) as compliance_profiles
         from ${joined}
        where s.tenant = $1 and s.host_id = $2 and s.status = 'completed' and s.score is not null
          and s.completed_at >= $3::timestamptz - make_interval(days => $4)
        order by s.completed_at, s.id limit ${limits.trendPoints}`,
      [tx.tenant, hostId, tx.now, days],
    );
  }
}
