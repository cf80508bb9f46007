import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hosts whose agents come to this door: whom a credential speaks for, who may watch, which socket is the newest. */
export class Agents implements MigrationInterface {
  readonly name = 'Agents1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The host that a credential was made for; its scope names it too.
      alter table credentials add column host_id uuid;
      create index credentials_host_idx on credentials (tenant, host_id) where host_id is not null;
      -- What was answered, sealed, where the answer holds what is kept nowhere else.
      alter table idempotency_keys add column sealed_answer text;

      -- A copy of what compliance knows, from compliance.host.changed; version 0 is what the enrolment said.
      create table agent_hosts (
        host_id uuid primary key,
        tenant text not null,
        api_id text,
        hostname text not null,
        friendly_name text not null,
        groups text[] not null,
        tenant_users text[] not null,
        compliance_mode text not null,
        openscap boolean not null,
        docker_bench boolean not null,
        docker boolean not null,
        version integer not null,
        removed boolean not null default false,
        joined_into uuid
      );
      create index agent_hosts_api_id_idx on agent_hosts (tenant, api_id);

      -- Every id that others know a host by.
      create table agent_host_ids (
        tenant text not null,
        dialect text not null,
        id text not null,
        host_id uuid not null,
        primary key (tenant, dialect, id)
      );
      create index agent_host_ids_host_idx on agent_host_ids (host_id);

      -- The newest socket of each host, at whichever gateway; the row outlives the socket.
      create table agent_sockets (
        host_id uuid primary key,
        tenant text not null,
        connection_id uuid not null,
        connected_at timestamptz not null
      );

      -- Frames of commands that were handed to a socket: each writing of a command has one.
      create table agent_frames (
        command_id uuid not null,
        attempt integer not null,
        tenant text not null,
        connection_id uuid not null,
        sent_at timestamptz not null,
        primary key (command_id, attempt)
      );
      create index agent_frames_age_idx on agent_frames (sent_at);
    `);
    for (const table of ['agent_hosts', 'agent_host_ids', 'agent_sockets', 'agent_frames']) {
      await runner.query(isolateTenants(table, rolesOf('ingest-gateway')));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table agent_frames, agent_sockets, agent_host_ids, agent_hosts;
      alter table idempotency_keys drop column sealed_answer;
      drop index credentials_host_idx;
      alter table credentials drop column host_id;
    `);
  }
}
