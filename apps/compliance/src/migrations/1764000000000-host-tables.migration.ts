import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['hosts', 'host_ids', 'agent_connections', 'host_groups', 'heartbeat_hours', 'agent_versions'];

/**
 * Hosts, every id that others know them by, their sockets, groups and history of heartbeats.
 *
 * A heartbeat changes rows of `hosts`, `host_ids` and `agent_connections` and none of their indexed columns: with room
 * left in the pages (fillfactor) such an update stays in its page and touches no index. Silence is found by
 * `hosts.check_at`, a deadline that heartbeats never move: whoever looks at it when it has passed moves it on. Long
 * documents (`os_info`, `scanner_info`) lie outside the row, so that a heartbeat does not copy them.
 */
export class HostTables1764000000000 implements MigrationInterface {
  readonly name = 'HostTables1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table hosts (
        id uuid primary key,
        tenant text not null,
        hostname text not null,
        -- To look for: under row level security an index on an expression of a function that may leak is not used.
        name text not null generated always as (lower(hostname)) stored,
        friendly_name text not null,
        machine_id text,
        api_id text,
        compliance_mode text not null default 'on-demand' check (compliance_mode in ('disabled', 'on-demand', 'enabled')),
        openscap boolean not null default true,
        docker_bench boolean not null default false,
        docker boolean not null default false,
        groups text[] not null default '{}',
        tenant_users text[] not null default '{}',
        update_interval_minutes integer,
        scan_interval_minutes integer,
        silent_after_minutes integer,
        os_info jsonb,
        scanner_info jsonb,
        integrations jsonb,
        inventory jsonb,
        hashes jsonb,
        compliance_hash text,
        claimed_hostname text,
        claimed_machine_id text,
        agent_version text,
        proven boolean not null default false,
        first_seen_at timestamptz,
        last_seen_at timestamptz,
        quiet_until timestamptz,
        check_at timestamptz,
        silent_since timestamptz,
        version integer not null default 1,
        created_at timestamptz not null,
        removed_at timestamptz,
        joined_into uuid
      ) with (fillfactor = 70, toast_tuple_target = 256);
      create index hosts_name_idx on hosts (tenant, name, id) where removed_at is null;
      create index hosts_machine_idx on hosts (tenant, machine_id) where machine_id is not null and removed_at is null;
      create index hosts_joined_idx on hosts (tenant, joined_into) where joined_into is not null;
      create index hosts_check_idx on hosts (check_at) where check_at is not null;

      create table host_ids (
        tenant text not null,
        dialect text not null check (dialect in ('native', 'santamon', 'patchmon')),
        id text not null,
        host_id uuid not null,
        first_host_id uuid not null,
        linked_by text not null check (linked_by in ('enrolment', 'own-name', 'machine-id', 'hostname', 'admin')),
        bound boolean not null default false,
        created_at timestamptz not null,
        said_at text,
        received_at timestamptz,
        version text,
        os_version text,
        uptime_seconds double precision,
        hour_first_at timestamptz,
        hour_beats integer not null default 0,
        primary key (tenant, dialect, id)
      ) with (fillfactor = 60);
      create index host_ids_host_idx on host_ids (tenant, host_id);

      create table agent_connections (
        tenant text not null,
        host_id uuid primary key,
        api_id text not null,
        connection_id uuid not null,
        connected_at timestamptz not null,
        seen_at timestamptz not null,
        disconnected_at timestamptz
      ) with (fillfactor = 60);

      create table host_groups (
        tenant text not null,
        name text not null,
        compliance_mode text check (compliance_mode in ('disabled', 'on-demand', 'enabled')),
        update_interval_minutes integer,
        scan_interval_minutes integer,
        silent_after_minutes integer,
        scan_cron text,
        time_zone text not null default 'UTC',
        updated_at timestamptz not null,
        updated_by text not null,
        primary key (tenant, name)
      );

      create table heartbeat_hours (
        tenant text not null,
        dialect text not null,
        id text not null,
        hour timestamptz not null,
        first_at timestamptz not null,
        last_at timestamptz not null,
        beats integer not null,
        version text,
        os_version text,
        primary key (tenant, dialect, id, hour)
      );
      create index heartbeat_hours_hour_idx on heartbeat_hours (hour);

      create table agent_versions (
        tenant text not null,
        dialect text not null,
        id text not null,
        since timestamptz not null,
        version text,
        os_version text,
        primary key (tenant, dialect, id, since)
      );

      create table heartbeat_horizon (
        singleton boolean primary key default true check (singleton),
        at timestamptz not null,
        resumed_at timestamptz not null
      ) with (fillfactor = 50);
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('compliance')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table heartbeat_horizon, ${tables.toReversed().join(', ')}`);
  }
}
