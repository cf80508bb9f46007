import type { ServiceName } from '@assay/contracts';
import { isolateTenants, type MigrationClass, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of bulk work that every service has: the jobs with their progress, and whose turn it is. The queue of
 * periodic jobs lies in a schema of its own (`installJobs`).
 */
export function jobTables(service: ServiceName): MigrationClass {
  const roles = rolesOf(service);
  return class JobTables implements MigrationInterface {
    readonly name = 'JobTables1763700000100';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        create table bulk_jobs (
          id uuid primary key,
          tenant text not null,
          name text not null,
          lane text not null,
          actor text not null,
          correlation_id uuid,
          priority smallint not null,
          input jsonb not null,
          cursor jsonb,
          slices integer not null default 0,
          done bigint not null default 0,
          total bigint,
          state text not null default 'queued'
            check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
          attempts integer not null default 0,
          error text,
          created_at timestamptz not null,
          due_at timestamptz not null,
          last_slice_at timestamptz,
          finished_at timestamptz
        );
        create index bulk_jobs_open_idx on bulk_jobs (name, tenant, priority desc, id)
          where state in ('queued', 'running');
        create index bulk_jobs_newest_idx on bulk_jobs (tenant, id desc);
        create index bulk_jobs_finished_idx on bulk_jobs (finished_at) where finished_at is not null;

        create table bulk_turns (
          name text not null,
          tenant text not null,
          served_at timestamptz not null,
          primary key (name, tenant)
        );
        create index bulk_turns_longest_ago_idx on bulk_turns (name, served_at);
      `);
      for (const table of ['bulk_jobs', 'bulk_turns']) await runner.query(isolateTenants(table, roles));
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query('drop table bulk_turns, bulk_jobs');
    }
  };
}
