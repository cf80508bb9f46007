import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Cases, their runs, the documents that a run consists of, findings as intervals, exceptions and gate policies. Case numbers
 * come from one sequence for the whole platform; a number is drawn only when a case is new, so that they do not run out.
 *
 * Every index begins with the tenant, which row level security adds to every query. Those on names of vulnerabilities
 * are not limited to open intervals: before the first ANALYZE a partial index seems to hold one row, whatever is asked of
 * it, and plans made in the first minute read all findings of a tenant through it to find those of one case.
 */
export class Cases implements MigrationInterface {
  readonly name = 'Cases1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table cases (
        id integer generated always as identity,
        tenant text not null,
        subject_key text not null,
        subject jsonb not null,
        case_key text not null,
        provider text not null,
        org text not null,
        repo text not null,
        branch text not null,
        pr_id text,
        target_branch text,
        image_name text,
        status text not null,
        version integer not null,
        critical integer not null,
        high integer not null,
        medium integer not null,
        low integer not null,
        unknown integer not null,
        kev integer not null,
        excluded integer not null,
        newest_run uuid,
        commit_sha text,
        ci_run_id text,
        run_url text,
        image_digest text,
        baseline_run uuid,
        baseline_branch text,
        owner text,
        comment text,
        state text not null default 'new',
        created_at timestamptz not null,
        updated_at timestamptz not null,
        judged_at timestamptz not null,
        primary key (tenant, id),
        unique (tenant, subject_key)
      );
      create index cases_repo_idx on cases (tenant, repo, branch, id desc);
      create index cases_status_idx on cases (tenant, status, id desc);
      create index cases_image_idx on cases (tenant, image_name) where image_name is not null;

      create table runs (
        id uuid not null,
        tenant text not null,
        run_key text not null,
        case_id integer,
        subject jsonb,
        origin jsonb not null,
        provider text not null,
        org text not null,
        repo text not null,
        branch text not null,
        pr_id text,
        commit_sha text,
        ci_run_id text,
        run_started_at timestamptz,
        accepted_at timestamptz not null,
        recorded_at timestamptz not null,
        late boolean not null,
        critical integer not null,
        high integer not null,
        medium integer not null,
        low integer not null,
        unknown integer not null,
        kev integer not null,
        excluded integer not null,
        verdict jsonb not null,
        policy jsonb not null,
        primary key (tenant, id),
        unique (tenant, run_key)
      );
      create index runs_case_idx on runs (tenant, case_id, id desc);
      create index runs_commit_idx on runs (tenant, case_id, commit_sha);
      create index runs_repo_idx on runs (tenant, repo, branch, id desc);

      create table run_documents (
        tenant text not null,
        run_id uuid not null,
        tool text not null,
        target text not null,
        scan_id uuid not null,
        receipt_id uuid not null,
        accepted_at timestamptz not null,
        document_digest text not null,
        findings_digest text not null,
        components integer not null,
        findings_version integer,
        primary key (tenant, run_id, tool, target)
      );

      create table findings (
        tenant text not null,
        case_id integer not null,
        key text not null,
        known_from timestamptz not null,
        known_until timestamptz,
        ended_as text,
        first_seen_at timestamptz not null,
        state text not null,
        exception_id uuid,
        severity text not null,
        severity_rank smallint not null,
        kev boolean not null,
        grp uuid,
        vulnerability_id text not null,
        place text not null,
        detail jsonb not null,
        primary key (tenant, case_id, key, known_from)
      );
      create unique index findings_open_idx on findings (tenant, case_id, key) where known_until is null;
      create index findings_list_idx on findings (tenant, case_id, severity_rank, key) where known_until is null;
      create index findings_group_idx on findings (tenant, grp);
      create index findings_id_idx on findings (tenant, vulnerability_id);

      create table vulnerability_names (
        tenant text not null,
        name text not null,
        grp uuid not null,
        primary key (tenant, name, grp)
      );

      create table exceptions (
        id uuid not null,
        tenant text not null,
        what_kind text not null,
        what_id text not null,
        what_group uuid,
        scope_key text not null,
        scope jsonb not null,
        reason text not null,
        expires_at timestamptz,
        granted_by text not null,
        granted_at timestamptz not null,
        ended_at timestamptz,
        ended_because text,
        primary key (tenant, id)
      );
      create index exceptions_scope_idx on exceptions (tenant, scope_key) where ended_at is null;
      create index exceptions_expiry_idx on exceptions (expires_at) where ended_at is null;

      create table gate_policies (
        tenant text not null,
        repo text not null,
        policy jsonb not null,
        changed_by text not null,
        changed_at timestamptz not null,
        primary key (tenant, repo)
      );
    `);
    const roles = rolesOf('case-engine');
    for (const table of tenantTables) await runner.query(isolateTenants(table, roles));
    // The platform's own policy is everybody's default.
    await runner.query(`create policy platform_default on gate_policies for select using (tenant = 'platform')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${tenantTables.join(', ')}`);
  }
}

const tenantTables = [
  'cases',
  'runs',
  'run_documents',
  'findings',
  'vulnerability_names',
  'exceptions',
  'gate_policies',
];
