import type { BenchmarkProfileType } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';
import type { Row } from './host-scans.read-model.js';
import type { OffsetPage } from './patchmon-reads.js';

/** What rules can be sorted by. */
export const ruleSorts = ['severity', 'title', 'failed', 'warnings', 'passed', 'section'] as const;
export type RuleSort = (typeof ruleSorts)[number];

/** Which rules. Null asks for nothing. */
export interface RulesFilter {
  readonly severity: Severity | null;
  /** Rules that came to this on at least one host. */
  readonly status: 'fail' | 'warn' | 'pass' | null;
  /** Part of title or ref, as it is. */
  readonly search: string | null;
  readonly profileType: BenchmarkProfileType | null;
  readonly hostId: Uuid | null;
}

const sortColumns: Readonly<Record<RuleSort, string>> = {
  severity: `array_position(array['unknown', 'low', 'medium', 'high', 'critical'], r.severity)`,
  title: 'lower(r.title)',
  section: 'lower(r.section)',
  failed: 't.failing',
  warnings: 't.warning',
  passed: 't.passing',
};

/** Kept up to date with every scan: the overview aggregates nothing. */
const totalsOfTenant = `benchmark_rule_totals`;

/** For a caller who does not see every host, or asks for one: by the newest scans of those. */
const totalsOfHosts = `(
  select s.tenant, u.rule_key, s.profile_id, count(*)::int as hosts,
         count(*) filter (where u.status = 'pass')::int as passing, count(*) filter (where u.status = 'fail')::int as failing,
         count(*) filter (where u.status = 'warn')::int as warning,
         count(*) filter (where u.rule_key = any(s.waived))::int as waived
    from hosts h
    join benchmark_latest l on l.tenant = h.tenant and l.host_id = h.id
    join benchmark_scans s on s.tenant = l.tenant and s.id = l.scan_id
    join benchmark_result_slices c on c.tenant = s.tenant and c.scan_id = s.id
    cross join lateral unnest(c.rule_keys, c.statuses) as u (rule_key, status)
   where h.tenant = $1 and h.removed_at is null and ${visibleHosts('$2', '$3')} and ($8::uuid is null or h.id = $8)
   group by 1, 2, 3)`;

const from = (totals: string): string => `
    from ${totals} t join benchmark_rules r on r.tenant = t.tenant and r.key = t.rule_key
    join benchmark_profiles p on p.tenant = t.tenant and p.id = t.profile_id
   where t.tenant = $1 and t.hosts > 0 and $2::text[] is not distinct from $2 and $3::text[] is not distinct from $3
     and ($4::text is null or r.severity = $4)
     and ($5::text is null or case $5 when 'fail' then t.failing when 'warn' then t.warning else t.passing end > 0)
     and ($6::text is null or position($6 in lower(r.title)) > 0 or position($6 in lower(r.rule_ref)) > 0)
     and ($7::text is null or p.type = $7) and $8::uuid is not distinct from $8`;

const columns = `
  r.id, r.rule_ref, r.title, r.severity, r.section, r.profile_id, p.name as profile_name, p.type as profile_type,
  t.hosts as total, t.passing as passed, t.failing as failed, t.warning as warnings, t.waived`;

/** Rules over hosts. */
export class Rules {
  /** `partly`: the caller does not see every host. */
  async list(
    tx: Transaction,
    { scope, names }: HostVisibility,
    filter: RulesFilter,
    sort: { readonly by: RuleSort; readonly descending: boolean },
    { limit, offset }: OffsetPage,
  ): Promise<{ readonly rules: Row[]; readonly total: number }> {
    const narrow = filter.hostId !== null || (await this.hides(tx, { scope, names }));
    const rows = from(narrow ? totalsOfHosts : totalsOfTenant);
    const given = [
      tx.tenant,
      scope,
      names,
      filter.severity,
      filter.status,
      filter.search?.trim().toLowerCase() || null,
      filter.profileType,
      filter.hostId,
    ];
    const direction = sort.descending ? 'desc nulls last' : 'asc nulls last';
    const rules = await tx.query<Row>(
      `select ${columns} ${rows} order by ${sortColumns[sort.by]} ${direction}, r.rule_ref, r.id limit $9 offset $10`,
      [...given, limit, offset],
    );
    const [counted] = await tx.query<{ total: number }>(`select count(*)::int as total ${rows}`, given);
    return { rules, total: counted?.total ?? 0 };
  }

  /** A rule with its texts, or null. */
  async find(tx: Transaction, id: Uuid): Promise<Row | null> {
    const [rule] = await tx.query<Row>(
      `select r.id, r.profile_id, r.rule_ref, r.title, r.description, r.rationale, r.severity, r.section, r.remediation,
              r."references", p.name as profile_name, p.type as profile_type
         from benchmark_rules r join benchmark_profiles p on p.tenant = r.tenant and p.id = r.profile_id
        where r.tenant = $1 and r.id = $2`,
      [tx.tenant, id],
    );
    return rule ?? null;
  }

  /** Hosts whose newest scan fails the rule, or warns of it; those that fail first. */
  async affectedHosts(
    tx: Transaction,
    { scope, names }: HostVisibility,
    id: Uuid,
    { limit, offset }: OffsetPage,
  ): Promise<{ readonly hosts: Row[]; readonly total: number }> {
    const rows = `
        from benchmark_rules r join benchmark_open_results o on o.tenant = r.tenant and o.rule_key = r.key
        join hosts h on h.id = o.host_id and h.removed_at is null
       where r.tenant = $1 and r.id = $4 and ${visibleHosts('$2', '$3')}`;
    const given = [tx.tenant, scope, names, id];
    const hosts = await tx.query<Row>(
      `select h.id, h.id as host_id, h.hostname, h.friendly_name, o.status, o.waived, o.since ${rows}
        order by array_position(array['fail', 'error', 'warn'], o.status), h.name, h.id limit $5 offset $6`,
      [...given, limit, offset],
    );
    const [counted] = await tx.query<{ total: number }>(`select count(*)::int as total ${rows}`, given);
    return { hosts, total: counted?.total ?? 0 };
  }

  private async hides(tx: Transaction, { scope, names }: HostVisibility): Promise<boolean> {
    const [row] = await tx.query<{ hidden: boolean }>(
      `select exists (select from hosts h
                       where h.tenant = $1 and h.removed_at is null and not (${visibleHosts('$2', '$3')})) as hidden`,
      [tx.tenant, scope, names],
    );
    return row!.hidden;
  }
}
