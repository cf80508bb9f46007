import type { ServiceName } from '@assay/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDayPartitions } from './day-partitions.js';
import { limits } from './limits.js';
import { rolesOf } from './roles.js';
import { allowGroupInserts, isolateTenants } from './row-level-security.js';

/**
 * The tables that every service has for its part in the platform: what it said (outbox), what it heard (inbox), what it
 * could not digest (dead letters), which incarnation of its stream it has
 * published to, and up to which hour it has told audit what was in its outbox.
 */
export function platformTables(service: ServiceName): new () => MigrationInterface {
  const roles = rolesOf(service);
  return class PlatformTables implements MigrationInterface {
    readonly name = 'PlatformTables1763700000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        create table outbox (
          id uuid primary key,
          tenant text not null,
          subject text not null,
          envelope text not null,
          audited boolean not null,
          published_at timestamptz
        ) partition by range (id);
        create table outbox_default partition of outbox default;
        create index outbox_unpublished_idx on outbox (id) where published_at is null;

        create table inbox (
          consumer text not null,
          event_id uuid not null,
          tenant text not null,
          attempts integer not null default 0,
          last_error text,
          processed_at timestamptz,
          primary key (consumer, event_id)
        ) partition by range (event_id);
        create table inbox_default partition of inbox default;

        create table dead_letters (
          id uuid primary key,
          tenant text not null,
          consumer text not null,
          event_id uuid not null,
          type text not null,
          kind text not null,
          code text not null,
          message text not null,
          attempts integer not null,
          envelope text not null,
          failed_at timestamptz not null,
          replayed_at timestamptz,
          unique (consumer, event_id)
        );
        create index dead_letters_newest_idx on dead_letters (tenant, id desc);

        create table stream_incarnations (stream text primary key, created_at timestamptz not null);
        create table outbox_seals (hour timestamptz primary key, audited bigint not null, sealed_at timestamptz not null);
      `);
      const now = new Date();
      await runner.query(createDayPartitions('outbox', now, limits.partitionsAheadDays));
      await runner.query(createDayPartitions('inbox', now, limits.partitionsAheadDays));
      for (const table of ['outbox', 'inbox', 'dead_letters']) await runner.query(isolateTenants(table, roles));
      await runner.query(allowGroupInserts('outbox', roles));
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query('drop table outbox_seals, stream_incarnations, dead_letters, inbox, outbox');
    }
  };
}
