import type { BenchmarkProfileType, RuleStatus } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';
import { limits } from '../limits.js';
import type { Row } from './host-scans.read-model.js';
import type { OffsetPage } from './patchmon-reads.js';

/** Which results of a scan. Null asks for nothing. */
export interface ResultsFilter {
  readonly statuses: readonly RuleStatus[] | null;
  readonly severity: Severity | null;
}

const rule = `jsonb_build_object('id', r.id, 'profile_id', r.profile_id, 'rule_ref', r.rule_ref, 'title', r.title,
  'description', r.description, 'rationale', r.rationale, 'severity', r.severity, 'section', r.section,
  'remediation', r.remediation, 'references', r."references")`;

const resultColumns = `
  c.rule_id as id, c.scan_id, c.rule_id, c.status, c.waived, c.finding, c.actual, c.expected, c.remediation, c.created_at,
  ${rule} as compliance_rules`;

const joined = `benchmark_results c join benchmark_rules r on r.tenant = c.tenant and r.key = c.rule_key`;
const where = `c.tenant = $1 and c.scan_id = $2 and ($3::text[] is null or c.status = any($3))
  and ($4::text is null or r.severity = $4)`;

/** What needs attention first. */
const order = `coalesce(array_position(array['fail', 'warn', 'pass'], c.status), 4), r.rule_ref`;

/** Results of single scans, as PatchMon's pages show them. A result is known by its scan and rule. */
export class ScanResults {
  /** The scan of an id, or of the id that the reply to a repeat of it gave; null for one that the caller may not see. */
  async scan(tx: Transaction, { scope, names }: HostVisibility, id: Uuid): Promise<Uuid | null> {
    const [row] = await tx.query<{ id: Uuid }>(
      `select s.id from benchmark_scans s join hosts h on h.id = s.host_id and h.removed_at is null
        where s.tenant = $1 and ${visibleHosts('$2', '$3')}
          and s.id = coalesce((select scan_id from benchmark_repeats where tenant = $1 and id = $4), $4)`,
      [tx.tenant, scope, names, id],
    );
    return row?.id ?? null;
  }

  async page(
    tx: Transaction,
    scanId: Uuid,
    { statuses, severity }: ResultsFilter,
    { limit, offset }: OffsetPage,
  ): Promise<{ readonly results: Row[]; readonly total: number }> {
    const given = [tx.tenant, scanId, statuses, severity];
    const results = await tx.query<Row>(
      `select ${resultColumns} from ${joined} where ${where} order by ${order} limit $5 offset $6`,
      [...given, limit, offset],
    );
    const [counted] = await tx.query<{ total: number }>(
      `select count(*)::int as total from ${joined} where ${where}`,
      given,
    );
    return { results, total: counted?.total ?? 0 };
  }

  /** All results of a scan, what needs attention first; as many as one answer can hold. */
  async all(tx: Transaction, scanId: Uuid): Promise<Row[]> {
    return tx.query(
      `select ${resultColumns} from ${joined} where ${where} order by ${order} limit ${limits.latestResultsShown}`,
      [tx.tenant, scanId, null, null],
    );
  }

  /** Results by status, and failures by severity. */
  async breakdown(tx: Transaction, scanId: Uuid): Promise<{ readonly by_status: Row; readonly by_severity: Row }> {
    const [row] = await tx.query<{ by_status: Row; by_severity: Row }>(
      `with found as materialized (select c.status, r.severity from ${joined} where c.tenant = $1 and c.scan_id = $2)
       select coalesce((select jsonb_object_agg(status, n) from (select status, count(*) as n from found group by 1) s),
                       '{}') as by_status,
              coalesce((select jsonb_object_agg(severity, n) from (
                select severity, count(*) as n from found where status = 'fail' group by 1) s), '{}') as by_severity`,
      [tx.tenant, scanId],
    );
    return row!;
  }

  /** The newest scan of each type of a host, with what its page shows of it. */
  async latestByType(tx: Transaction, hostId: Uuid): Promise<(Row & { profile_type: BenchmarkProfileType })[]> {
    return tx.query(
      `with newest as (
         select distinct on (profile_type) * from benchmark_latest
          where tenant = $1 and host_id = $2 order by profile_type, completed_at desc, scan_id desc)
       select n.scan_id as id, p.name as profile_name, n.profile_type, n.score, n.effective_score, n.total as total_rules,
              n.passed, n.failed, n.warnings, n.skipped, n.not_applicable, n.completed_at,
              coalesce((select jsonb_agg(jsonb_build_object('severity', s.severity, 'count', s.n) order by s.severity)
                 from (select r.severity, count(*) as n from benchmark_open_results o
                         join benchmark_rules r on r.tenant = o.tenant and r.key = o.rule_key
                        where o.tenant = n.tenant and o.host_id = n.host_id and o.profile_id = n.profile_id
                          and o.status = 'fail' group by 1) s), '[]') as severity_breakdown,
              coalesce((select jsonb_agg(jsonb_build_object('section', s.section, 'count', s.n) order by s.section)
                 from (select coalesce(r.section, 'Other') as section, count(*) as n from benchmark_open_results o
                         join benchmark_rules r on r.tenant = o.tenant and r.key = o.rule_key
                        where o.tenant = n.tenant and o.host_id = n.host_id and o.profile_id = n.profile_id
                          and o.status = 'warn' group by 1) s), '[]') as section_breakdown
         from newest n join benchmark_profiles p on p.tenant = n.tenant and p.id = n.profile_id`,
      [tx.tenant, hostId],
    );
  }
}
