import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What becomes of a case when its change is merged, abandoned or forgotten; who was told of a run; which team owns which
 * repositories; and the indexes of lists that are narrowed to a repository, an organisation or a pull request. None of
 * them holds what changes with every run: updates of a case stay within its page.
 */
export class History implements MigrationInterface {
  readonly name = 'History1763900100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cases
        add column closed_as text,
        add column closed_at timestamptz;
      create index cases_org_idx on cases (tenant, org, id desc);
      create index cases_repo_newest_idx on cases (tenant, repo, id desc);
      create index cases_repositories_idx on cases (tenant, org, repo);

      create index runs_org_idx on runs (tenant, org, id desc);
      create index runs_repo_newest_idx on runs (tenant, repo, id desc);
      create index runs_pr_idx on runs (tenant, repo, pr_id, id desc) where pr_id is not null;

      -- The last word of a forge on a change, kept whether or not there is a case for it yet.
      create table changes (
        tenant text not null,
        subject_key text not null,
        closed_as text,
        at timestamptz not null,
        merge_commit_sha text,
        primary key (tenant, subject_key)
      );

      -- What a run has that the one before it had not, and the other way round; written after the run was recorded.
      create table run_changes (
        tenant text not null,
        run_id uuid not null,
        previous_run uuid,
        opened integer not null,
        fixed integer not null,
        primary key (tenant, run_id)
      );

      create table run_alerts (
        tenant text not null,
        delivery_id uuid not null,
        run_id uuid not null,
        alert_id uuid not null,
        channel_id uuid not null,
        delivered boolean not null,
        attempts integer not null,
        error text,
        at timestamptz not null,
        primary key (tenant, delivery_id)
      );
      create index run_alerts_run_idx on run_alerts (tenant, run_id, at);

      create table teams (
        tenant text not null,
        id uuid not null,
        slug text not null,
        name text not null,
        repositories text[] not null,
        channels uuid[] not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (tenant, id),
        unique (tenant, slug)
      );

      create table case_policies (
        tenant text primary key,
        stale_after_days integer not null,
        changed_by text not null,
        changed_at timestamptz not null
      );
    `);
    const roles = rolesOf('case-engine');
    for (const table of newTables) await runner.query(isolateTenants(table, roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table ${newTables.join(', ')};
      drop index cases_org_idx, cases_repo_newest_idx, cases_repositories_idx, runs_org_idx, runs_repo_newest_idx, runs_pr_idx;
      alter table cases drop column closed_as, drop column closed_at;
    `);
  }
}

const newTables = ['changes', 'run_changes', 'run_alerts', 'teams', 'case_policies'];
