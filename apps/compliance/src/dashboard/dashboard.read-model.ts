import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';
import { type HostVisibility, visibleHosts } from '../hosts/host-visibility.js';
import { compliantFrom, warningFrom } from './patchmon-reads.js';

/** Hosts that the caller may see, as `vis`. */
const visible = `vis as materialized (select h.* from hosts h
  where h.tenant = $1 and h.removed_at is null and ${visibleHosts('$2', '$3')})`;

/** Newest completed scans of them, as `latest`; `shown` is the score that waivers leave, which hosts are judged by. */
const latest = `latest as materialized (
  select l.*, l.effective_score as shown from benchmark_latest l join vis on vis.id = l.host_id where l.tenant = $1)`;

const hostColumns = `jsonb_build_object('id', v.id, 'hostname', v.hostname, 'friendly_name', v.friendly_name)`;

const recentHost = `jsonb_build_object('id', h.id, 'hostname', h.hostname, 'friendly_name', h.friendly_name)`;

const scanColumns = `
  'id', s.id, 'host_id', s.host_id, 'profile_id', s.profile_id, 'started_at', s.started_at, 'completed_at', s.completed_at,
  'status', s.status, 'total_rules', s.total, 'passed', s.passed, 'failed', s.failed, 'warnings', s.warnings,
  'skipped', s.skipped, 'not_applicable', s.not_applicable, 'errors', s.errors, 'score', s.score,
  'effective_score', s.effective_score, 'xccdf_score', s.xccdf_score, 'error_message', s.error,
  'created_at', s.accepted_at, 'updated_at', coalesce(s.completed_at, s.accepted_at)`;

const byType = (where: string): string =>
  `jsonb_build_object('openscap', count(*) filter (where ${where} and type = 'openscap'),
     'docker-bench', count(*) filter (where ${where} and type = 'docker-bench'))`;

const compliant = `worst >= ${compliantFrom}`;
const warning = `worst >= ${warningFrom} and worst < ${compliantFrom}`;
const critical = `worst < ${warningFrom}`;

/**
 * What hangs on hosts and their newest scans: ten thousand narrow rows at most. A host's score is the mean of its scans'
 * scores, and the average that of the hosts, so that one with many profiles weighs no more than another. Hosts whose scans
 * have no score are counted apart: they are neither well nor critical.
 */
const ofHosts = `
  with ${visible}, ${latest},
  per_host as (select host_id, min(shown) as worst, avg(score) as score, avg(shown) as effective from latest group by 1),
  per_type as (select host_id, profile_type as type, min(shown) as worst from latest group by 1, 2),
  newest as (select distinct on (host_id) l.* from latest l order by host_id, completed_at desc, scan_id desc)
  select jsonb_build_object(
    'total_hosts', (select count(*) from per_host),
    'average_score', (select round(avg(score)::numeric, 2) from per_host),
    'average_effective_score', (select round(avg(effective)::numeric, 2) from per_host),
    'hosts_compliant', (select count(*) from per_host where ${compliant}),
    'hosts_warning', (select count(*) from per_host where ${warning}),
    'hosts_critical', (select count(*) from per_host where ${critical}),
    'hosts_without_score', (select count(*) from per_host where worst is null),
    'unscanned', (select count(*) from vis where not exists (select from per_host p where p.host_id = vis.id)),
    'hosts_with_compliance_enabled', (select count(*) from vis where compliance_mode <> 'disabled'),
    'host_status_by_scan_type', (select jsonb_build_object('compliant', ${byType(compliant)},
      'warning', ${byType(warning)}, 'critical', ${byType(critical)}) from per_type),
    'compliant', (select count(*) from latest where shown >= ${compliantFrom}),
    'warning', (select count(*) from latest where shown >= ${warningFrom} and shown < ${compliantFrom}),
    'critical', (select count(*) from latest where shown < ${warningFrom}),
    'total_scans', (select count(*) from latest),
    'total_passed_rules', (select coalesce(sum(passed), 0) from latest),
    'total_failed_rules', (select coalesce(sum(failed), 0) from latest),
    'total_rules', (select coalesce(sum(total), 0) from latest))::text as summary,
  (select coalesce(jsonb_agg(to_jsonb(p) order by host_count desc, name), '[]')::text from (
     select p.name, p.type, count(*) as host_count
       from latest l join benchmark_profiles p on p.tenant = l.tenant and p.id = l.profile_id group by 1, 2) p)
    as profile_distribution,
  (select jsonb_build_object('today', ${byType('age < 1')}, 'this_week', ${byType('age >= 1 and age < 7')},
            'this_month', ${byType('age >= 7 and age < 30')}, 'older', ${byType('age >= 30')})::text
     from (select profile_type as type, case when completed_at > $4::timestamptz - interval '1 day' then 0
             when completed_at > $4::timestamptz - interval '7 days' then 1
             when completed_at > $4::timestamptz - interval '30 days' then 7 else 30 end as age from latest) ages)
    as scan_age_distribution,
  (select coalesce(jsonb_agg(to_jsonb(t) order by type), '[]')::text from (
     select profile_type as type, count(distinct host_id) as hosts_scanned, round(avg(score)::numeric, 2) as average_score,
            round(avg(shown)::numeric, 2) as average_effective_score, sum(passed) as total_passed,
            sum(failed) as total_failed, sum(warnings) as total_warnings, sum(total) as total_rules
       from latest group by 1) t) as profile_type_stats,
  (select coalesce(jsonb_agg(w.entry order by w.shown, w.scan_id), '[]')::text from (
     select l.shown, l.scan_id, jsonb_build_object('id', l.scan_id, 'host_id', l.host_id, 'score', l.score,
              'effective_score', l.shown, 'completed_at', l.completed_at, 'host', ${hostColumns},
              'profile', jsonb_build_object('name', p.name),
              'compliance_profiles', jsonb_build_object('type', p.type, 'name', p.name)) as entry
       from (select * from latest where shown is not null order by shown, scan_id limit ${limits.dashboardWorstHosts}) l
       join vis v on v.id = l.host_id join benchmark_profiles p on p.tenant = l.tenant and p.id = l.profile_id) w)
    as worst_hosts,
  (select coalesce(json_agg(json_build_object('host_id', v.id, 'hostname', v.hostname, 'friendly_name', v.friendly_name,
            'last_scan_date', n.completed_at, 'last_activity_title', p.name, 'passed', n.passed, 'failed', n.failed,
            'skipped', n.skipped + n.not_applicable, 'score', n.score, 'effective_score', n.shown,
            'scanner_status', case when n.scan_id is not null then 'Scanned'
                                   when v.compliance_mode <> 'disabled' then 'Enabled' else 'Never scanned' end,
            'compliance_mode', v.compliance_mode, 'compliance_enabled', v.compliance_mode <> 'disabled',
            'docker_enabled', v.docker) order by n.completed_at desc nulls last, v.name, v.id), '[]')::text
     from vis v left join newest n on n.host_id = v.id
     left join benchmark_profiles p on p.tenant = v.tenant and p.id = n.profile_id) as hosts_with_latest_scan,
  exists (select from hosts h where h.tenant = $1 and h.removed_at is null and not (${visibleHosts('$2', '$3')})) as hidden`;

/** Along `benchmark_scans_completed_idx`, so that a history of any length costs the same. */
const recentScans = `
  select coalesce(jsonb_agg(r.entry order by r.completed_at desc, r.id desc), '[]')::text as recent_scans from (
    select s.completed_at, s.id, jsonb_build_object(${scanColumns}, 'hosts', ${recentHost}, 'host', ${recentHost},
             'compliance_profiles', jsonb_build_object('name', p.name, 'type', p.type),
             'profile', jsonb_build_object('name', p.name, 'type', p.type)) as entry
      from benchmark_scans s join hosts h on h.id = s.host_id and h.removed_at is null and ${visibleHosts('$2', '$3')}
      join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
     where s.tenant = $1 and s.status = 'completed'
     order by s.completed_at desc, s.id desc limit ${limits.dashboardRecentScans}) r`;

/** Totals per rule, kept up to date with every scan: a few thousand rows whatever the number of hosts. */
const totalsOfTenant = `totals as materialized (
  select rule_key, profile_id, failing, warning from benchmark_rule_totals
   where tenant = $1 and (failing > 0 or warning > 0))`;

/** The same for a caller who does not see every host. */
const totalsOfVisible = `${visible}, totals as materialized (
  select o.rule_key, o.profile_id, count(*) filter (where o.status = 'fail')::int as failing,
         count(*) filter (where o.status = 'warn')::int as warning
    from benchmark_open_results o join vis on vis.id = o.host_id where o.tenant = $1 group by 1, 2)`;

const topRules = (column: 'failing' | 'warning', name: 'fail_count' | 'warn_count'): string => `
  (select coalesce(jsonb_agg(jsonb_build_object('rule_id', t.id, 'rule_ref', t.rule_ref, 'title', t.title,
            'severity', t.severity, 'profile_type', t.type, '${name}', t.${column}) order by t.${column} desc, t.rule_ref),
            '[]')::text
     from (select * from named where ${column} > 0 order by ${column} desc, rule_ref limit ${limits.dashboardTopRules}) t)`;

const severityName = `case when severity in ('critical', 'high', 'medium', 'low') then severity else 'other' end`;
const severityOrder = `array_position(array['critical', 'high', 'medium', 'low', 'other'], severity)`;

const ofRules = (totals: string): string => `
  with ${totals}, named as materialized (
    select r.id, r.rule_ref, r.title, r.severity, r.section, p.type, t.failing, t.warning
      from totals t join benchmark_rules r on r.tenant = $1 and r.key = t.rule_key
      join benchmark_profiles p on p.tenant = $1 and p.id = t.profile_id)
  select ${topRules('failing', 'fail_count')} as top_failing_rules, ${topRules('warning', 'warn_count')} as top_warning_rules,
  (select coalesce(jsonb_agg(jsonb_build_object('severity', severity, 'count', count) order by ${severityOrder}), '[]')::text
     from (select ${severityName} as severity, sum(failing + warning) as count from named group by 1) s) as severity_breakdown,
  (select coalesce(jsonb_agg(jsonb_build_object('severity', severity, 'profile_type', type, 'count', count)
             order by type, ${severityOrder}), '[]')::text
     from (select ${severityName} as severity, type, sum(failing + warning) as count from named group by 1, 2) s)
    as severity_by_profile_type,
  (select coalesce(jsonb_agg(jsonb_build_object('section', section, 'count', count) order by section), '[]')::text
     from (select coalesce(section, 'Other') as section, sum(warning) as count from named
            where type = 'docker-bench' and warning > 0 group by 1) s) as docker_bench_by_section`;

const ofRulesInTenant = ofRules(totalsOfTenant);
const ofRulesVisible = ofRules(totalsOfVisible);

/** Keys of the dashboard to the JSON text of their values. */
export type DashboardParts = Readonly<Record<string, string>>;

/** PatchMon's dashboard (`wire/patchmon.md` §6.1). */
export class Dashboard {
  /** Its parts as JSON texts that Postgres made: the list of hosts may have ten thousand entries, which nobody parses here. */
  async read(tx: Transaction, { scope, names }: HostVisibility): Promise<DashboardParts> {
    const whose = [tx.tenant, scope, names];
    const [hosts] = await tx.query<DashboardParts & { hidden: boolean }>(ofHosts, [...whose, tx.now]);
    const [recent] = await tx.query<DashboardParts>(recentScans, whose);
    const { hidden, ...parts } = hosts!;
    const [rules] = hidden
      ? await tx.query<DashboardParts>(ofRulesVisible, whose)
      : await tx.query<DashboardParts>(ofRulesInTenant, [tx.tenant]);
    return { ...parts, ...recent, ...rules } as DashboardParts;
  }
}

/** One JSON object of parts that are JSON already. */
export function joinParts(parts: DashboardParts): string {
  return `{${Object.entries(parts)
    .map(([key, json]) => `${JSON.stringify(key)}:${json}`)
    .join(',')}}`;
}
