import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  'benchmark_profiles',
  'benchmark_rules',
  'benchmark_scans',
  'benchmark_result_slices',
  'benchmark_repeats',
  'benchmark_latest',
  'benchmark_open_results',
  'benchmark_rule_totals',
  'benchmark_waivers',
];

/**
 * Benchmarks. A scan writes its own row, its results in slices (one row for a profile of 600 rules, a few kilobytes) and,
 * of everything that is shown across hosts, only what differs from the scan before it: so a fleet that does not change
 * costs next to nothing, and what is shown across hosts is read from rows that are there already.
 *
 * To read: `benchmark_latest` for hosts and scores, `benchmark_rule_totals` for rules, sections and severities,
 * `benchmark_open_results` for which hosts fail a rule and since when, `benchmark_scans` for history and trends, and the
 * view `benchmark_results` for all results of one scan.
 */
export class Benchmarks1764000100000 implements MigrationInterface {
  readonly name = 'Benchmarks1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What can be run. A tenant's own: no host can rename or retype what another tenant's people see, nor, once the row is
      -- there, what its own tenant's do.
      create table benchmark_profiles (
        tenant text not null,
        id uuid not null,
        -- PatchMon's profile_name: a short name (level1_server), a full XCCDF id, or a name for people.
        name text not null,
        type text not null check (type in ('openscap', 'docker-bench', 'oscap-docker')),
        os_family text,
        version text,
        description text,
        -- One of those that every tenant has from the start; never removed.
        preloaded boolean not null default false,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (tenant, id),
        unique (tenant, name)
      );

      -- Rules of profiles: text is filled by who brings it first, later only where it is missing or generic.
      create table benchmark_rules (
        tenant text not null,
        -- The key of a rule inside this service, by which results and totals name it: four times smaller than its id.
        key bigint generated always as identity,
        -- The key of a rule for everybody else.
        id uuid not null,
        profile_id uuid not null,
        rule_ref text not null,
        title text not null,
        description text,
        rationale text,
        severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'unknown')),
        section text,
        remediation text,
        -- To see without reading them whether two texts are one.
        remediation_digest text generated always as (md5(remediation)) stored,
        -- [{ "kind": "ident" | "reference", "system": text, "text": text }]; null where no document had them.
        "references" jsonb,
        created_at timestamptz not null,
        -- Moved at most once a day: rules that no kept scan has are removed by it.
        seen_at timestamptz not null,
        primary key (tenant, key),
        unique (tenant, id),
        unique (tenant, profile_id, rule_ref)
      );
      create index benchmark_rules_seen_idx on benchmark_rules (seen_at);
      create index benchmark_rules_ref_idx on benchmark_rules (tenant, rule_ref);

      -- Every scan of every host, and placeholders of those that were commanded and have not come yet (status running).
      create table benchmark_scans (
        tenant text not null,
        id uuid not null,
        host_id uuid not null,
        profile_id uuid not null,
        -- The agent's command that it came from; null for scheduled ones and uploads.
        command_id uuid,
        receipt_id uuid,
        form text,
        document_digest text,
        document_media_type text,
        document_size bigint,
        status text not null check (status in ('running', 'completed', 'failed')),
        started_at timestamptz not null,
        completed_at timestamptz,
        accepted_at timestamptz not null,
        -- What 'newest' goes by: the start, but never later than the acceptance, so that a clock that runs ahead does not
        -- keep every later scan from being the latest.
        ordered_at timestamptz not null,
        -- Counted from the results, after removal of double ones; total is the sum of the other six.
        total integer not null default 0,
        passed integer not null default 0,
        failed integer not null default 0,
        warnings integer not null default 0,
        skipped integer not null default 0,
        not_applicable integer not null default 0,
        errors integer not null default 0,
        -- passed / (total - not_applicable - skipped) * 100, two decimals; null where nothing was evaluated.
        score double precision,
        -- The same without waived results that did not pass. That of a scan in the history stays as it last was.
        effective_score double precision,
        xccdf_score double precision,
        -- { "counts": … | null, "score": number | null } where the sender claimed something else than the results say.
        claimed jsonb,
        error text,
        -- The newest completed one of its host and profile: the one in benchmark_latest.
        is_latest boolean not null default false,
        -- Keys of rules that did not pass and are waived.
        waived bigint[] not null default '{}',
        -- SHA-256 of what was found: the same host, profile, start and content is the same scan again.
        content_digest text,
        primary key (tenant, id)
      );
      create unique index benchmark_scans_repeat_idx
        on benchmark_scans (tenant, host_id, profile_id, started_at, content_digest) where status <> 'running';
      create unique index benchmark_scans_command_idx
        on benchmark_scans (tenant, command_id, profile_id) where status = 'running' and command_id is not null;
      create index benchmark_scans_started_idx on benchmark_scans (tenant, started_at desc, id desc);
      create index benchmark_scans_completed_idx on benchmark_scans (tenant, completed_at desc, id desc)
        where status = 'completed';
      create index benchmark_scans_host_idx on benchmark_scans (tenant, host_id, started_at desc, id desc);
      create index benchmark_scans_newest_idx on benchmark_scans (tenant, host_id, profile_id, ordered_at desc, accepted_at desc)
        where status = 'completed';
      create index benchmark_scans_profile_idx on benchmark_scans (tenant, profile_id, started_at desc, id desc);
      create index benchmark_scans_running_idx on benchmark_scans (started_at) where status = 'running';
      create index benchmark_scans_age_idx on benchmark_scans (accepted_at) where not is_latest;

      -- Results of a scan, as many in one row as a slice has: arrays of one length, null where no result has such a text. Read
      -- them through benchmark_results.
      create table benchmark_result_slices (
        tenant text not null,
        scan_id uuid not null,
        slice integer not null,
        rule_keys bigint[] not null,
        statuses text[] not null,
        findings text[],
        actuals text[],
        expecteds text[],
        -- Only where it is another text than the rule's.
        remediations text[],
        primary key (tenant, scan_id, slice),
        -- Results are written while they are read, their scan when all is known of it.
        foreign key (tenant, scan_id) references benchmark_scans (tenant, id) on delete cascade deferrable initially deferred
      );

      -- One row per result of a scan. Always ask with tenant and scan_id: there is no other index below it. A scan of 600 rules
      -- takes about two milliseconds.
      create view benchmark_results with (security_invoker = true) as
        select scan.tenant, scan.id as scan_id, scan.host_id, scan.profile_id, rule.id as rule_id, rule.key as rule_key,
               result.status, result.rule_key = any(scan.waived) as waived, result.finding, result.actual, result.expected,
               coalesce(result.remediation, rule.remediation) as remediation, scan.completed_at as created_at
          from benchmark_scans scan
          join benchmark_result_slices slice on slice.tenant = scan.tenant and slice.scan_id = scan.id
          cross join lateral unnest(slice.rule_keys, slice.statuses, slice.findings, slice.actuals, slice.expecteds,
                                    slice.remediations)
            as result (rule_key, status, finding, actual, expected, remediation)
          join benchmark_rules rule on rule.tenant = scan.tenant and rule.key = result.rule_key;

      -- Scans that came a second time, by the id that their reply gave: the same scan is known by each of these ids.
      create table benchmark_repeats (
        tenant text not null,
        id uuid not null,
        scan_id uuid not null,
        receipt_id uuid,
        repeated_at timestamptz not null,
        primary key (tenant, id),
        foreign key (tenant, scan_id) references benchmark_scans (tenant, id) on delete cascade
      );
      create index benchmark_repeats_scan_idx on benchmark_repeats (tenant, scan_id);

      -- The newest completed scan of each host and profile: what a dashboard reads. Ten thousand hosts are ten thousand
      -- narrow rows. A failed scan never gets here, a removed host has none.
      create table benchmark_latest (
        tenant text not null,
        host_id uuid not null,
        profile_id uuid not null,
        profile_type text not null,
        scan_id uuid not null,
        started_at timestamptz not null,
        completed_at timestamptz not null,
        ordered_at timestamptz not null,
        accepted_at timestamptz not null,
        total integer not null,
        passed integer not null,
        failed integer not null,
        warnings integer not null,
        skipped integer not null,
        not_applicable integer not null,
        errors integer not null,
        -- Of failed, warnings and errors together.
        waived integer not null,
        score double precision,
        effective_score double precision,
        xccdf_score double precision,
        primary key (tenant, host_id, profile_id)
      );
      create index benchmark_latest_completed_idx on benchmark_latest (tenant, completed_at desc, scan_id desc);
      create index benchmark_latest_score_idx on benchmark_latest (tenant, effective_score, scan_id)
        where effective_score is not null;

      -- Results of latest scans that need attention: which hosts fail a rule, and since when without a break.
      create table benchmark_open_results (
        tenant text not null,
        rule_key bigint not null,
        host_id uuid not null,
        profile_id uuid not null,
        status text not null check (status in ('fail', 'warn', 'error')),
        waived boolean not null default false,
        since timestamptz not null,
        primary key (tenant, rule_key, host_id)
      );
      create index benchmark_open_results_host_idx on benchmark_open_results (tenant, host_id, profile_id);

      -- Per rule: how many latest scans have it, by status; waived ones are in failing, warning and errors too. Join
      -- benchmark_rules for severity, section and profile, benchmark_profiles for the type.
      create table benchmark_rule_totals (
        tenant text not null,
        rule_key bigint not null,
        profile_id uuid not null,
        hosts integer not null,
        passing integer not null,
        failing integer not null,
        warning integer not null,
        errors integer not null,
        waived integer not null,
        primary key (tenant, rule_key)
      ) with (fillfactor = 50);
      create index benchmark_rule_totals_profile_idx on benchmark_rule_totals (tenant, profile_id);

      -- Case-engine's exceptions of benchmark rules, as far as they have been heard of. One that has ended stays as long as
      -- its grant may still be delivered.
      create table benchmark_waivers (
        tenant text not null,
        exception_id uuid not null,
        -- Null where the end was heard of before the grant.
        rule_ref text,
        scope text check (scope in ('tenant', 'host', 'host-group')),
        -- Our id, or any that the host is known by, or its name.
        host text,
        host_group text,
        reason text,
        expires_at timestamptz,
        granted_at timestamptz,
        ended_at timestamptz,
        primary key (tenant, exception_id)
      );
      create index benchmark_waivers_rule_idx on benchmark_waivers (tenant, rule_ref) where ended_at is null;
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('compliance')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop view benchmark_results; drop table ${tables.toReversed().join(', ')}`);
  }
}
