import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rescans and what became of each run in them; what was found in a run when it was looked at last, which the next look is
 * compared with; every finding that a look has added, once for ever; and what tenants ask of rescans and of retention.
 *
 * `run_rescans` is the queue of a rescan as well: whoever has time takes rows that are still to do.
 */
export class Rescans implements MigrationInterface {
  readonly name = 'Rescans1763900400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table rescans (
        tenant text not null,
        id uuid not null,
        trigger text not null,
        scope jsonb not null,
        feeds jsonb,
        started_by text not null,
        started_at timestamptz not null,
        ended_at timestamptz,
        jobs uuid[] not null default '{}',
        total integer not null,
        verified integer not null default 0,
        done integer not null default 0,
        stopped integer not null default 0,
        failed integer not null default 0,
        new_findings integer not null default 0,
        new_kev integer not null default 0,
        primary key (tenant, id)
      );

      create table run_rescans (
        tenant text not null,
        rescan_id uuid not null,
        run_id uuid not null,
        state text not null,
        due_at timestamptz not null,
        at timestamptz,
        reason jsonb,
        new_count integer not null default 0,
        new_excepted_count integer not null default 0,
        new_kev_count integer not null default 0,
        present_count integer not null default 0,
        present_kev_count integer not null default 0,
        excepted_count integer not null default 0,
        primary key (tenant, rescan_id, run_id)
      );
      create index run_rescans_todo_idx on run_rescans (tenant, rescan_id, state, run_id)
        where state in ('waiting', 'verified');
      create index run_rescans_run_idx on run_rescans (tenant, run_id, rescan_id desc);

      create table rescanned_runs (
        tenant text not null,
        run_id uuid not null,
        at timestamptz,
        documents jsonb not null,
        primary key (tenant, run_id)
      );

      create table run_rescan_findings (
        tenant text not null,
        run_id uuid not null,
        list text not null,
        key text not null,
        rescan_id uuid not null,
        found_at timestamptz not null,
        excepted boolean not null,
        detail jsonb not null,
        primary key (tenant, run_id, list, key)
      );

      create table rescan_policies (
        tenant text not null,
        repo text not null,
        policy jsonb not null,
        changed_by text not null,
        changed_at timestamptz not null,
        primary key (tenant, repo)
      );
    `);
    const roles = rolesOf('case-engine');
    for (const table of newTables) await runner.query(isolateTenants(table, roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${newTables.join(', ')}`);
  }
}

const newTables = ['rescans', 'run_rescans', 'rescanned_runs', 'run_rescan_findings', 'rescan_policies'];
