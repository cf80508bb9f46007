import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['sla_policies', 'clocks', 'sla_violations'];

/**
 * SLA policies, clocks and violations. A clock's key is (alias group or finding, subject, tenant): in this order, so that
 * the merge of two groups finds its clocks in all tenants by the same index.
 */
export class SlaTables1763802000000 implements MigrationInterface {
  readonly name = 'SlaTables1763802000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table sla_policies (
        tenant text primary key,
        days jsonb not null,
        updated_at timestamptz not null,
        updated_by text not null
      );

      create table clocks (
        tenant text not null,
        id uuid not null,
        subject_key text not null,
        clock_key text not null,
        vulnerability_id text not null,
        severity text not null,
        status text not null check (status in ('running', 'paused', 'stopped')),
        started_at timestamptz not null,
        due_at timestamptz,
        paused_at timestamptz,
        paused_ms bigint not null default 0,
        stopped_at timestamptz,
        breached_at timestamptz,
        findings jsonb not null,
        primary key (tenant, id),
        unique (clock_key, subject_key, tenant)
      );
      create index clocks_due_idx on clocks (due_at) where status = 'running' and breached_at is null;

      create table sla_violations (
        tenant text not null,
        id uuid not null,
        clock_id uuid not null,
        subject_key text not null,
        clock_key text not null,
        vulnerability_id text not null,
        severity text not null,
        started_at timestamptz not null,
        due_at timestamptz not null,
        breached_at timestamptz not null,
        ended_at timestamptz,
        primary key (tenant, id)
      );
      create index sla_violations_newest_idx on sla_violations (tenant, breached_at desc, id desc);
      create index sla_violations_open_idx on sla_violations (tenant, clock_id) where ended_at is null;

      create table merged_groups (
        merged uuid primary key,
        into_group uuid not null,
        merged_at timestamptz not null
      );
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('compliance')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table merged_groups, ${tables.toReversed().join(', ')}`);
  }
}
