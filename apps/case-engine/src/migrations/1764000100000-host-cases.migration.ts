import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['known_hosts', 'known_host_ids', 'host_rules'];

/** Copies of what compliance says of hosts and of their newest benchmarks, and how many rules have matched on a case's host. */
export class HostCases implements MigrationInterface {
  readonly name = 'HostCases1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table known_hosts (
        tenant text not null,
        host_id uuid not null,
        hostname text not null,
        friendly_name text not null,
        groups text[] not null,
        tenant_users text[] not null,
        version integer not null,
        removed boolean not null,
        primary key (tenant, host_id)
      );
      create index known_hosts_name_idx on known_hosts (tenant, lower(hostname));
      -- Hosts that are shown to some only: few, and asked for with every list of signals.
      create index known_hosts_restricted_idx on known_hosts (tenant) where tenant_users <> '{}';

      -- Every id that a host is known by; signals name theirs.
      create table known_host_ids (
        tenant text not null,
        dialect text not null,
        id text collate "C" not null,
        host_id uuid not null,
        primary key (tenant, id, dialect)
      );
      create index known_host_ids_host_idx on known_host_ids (tenant, host_id);

      -- What fails on a host by its newest scan of each profile: the worst rules, and how many there are in all.
      create table host_rules (
        tenant text not null,
        host_id uuid not null,
        profile_id uuid not null,
        profile_name text not null,
        profile_type text not null,
        scan_id uuid not null,
        completed_at timestamptz not null,
        score double precision,
        effective_score double precision,
        failing integer not null,
        rules jsonb not null,
        primary key (tenant, host_id, profile_id)
      );

      -- Rules that have matched on the host of the case, and that nobody has resolved.
      alter table cases add column signal_groups integer not null default 0;
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('case-engine')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table cases drop column signal_groups; drop table ${tables.join(', ')}`);
  }
}
