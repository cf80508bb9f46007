import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One log per tenant and one of the platform: entries, the tile hashes above them, signed heads; and which hours are complete. */
export class AuditTables implements MigrationInterface {
  readonly name = 'AuditTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table log_key (
        only_row boolean primary key default true check (only_row),
        origin text not null,
        public_key_pem text not null,
        sealed_private_key bytea not null,
        created_at timestamptz not null
      );

      create table logs (
        tenant text primary key,
        size bigint not null,
        frontier bytea not null,
        root bytea not null,
        signed_size bigint not null default 0,
        appended_at timestamptz not null
      );
      create index logs_unsigned_idx on logs (tenant) where signed_size < size;

      create table entries (
        tenant text not null,
        index bigint not null,
        event_id uuid not null,
        source text not null,
        type text not null,
        time timestamptz not null,
        leaf_subject text,
        leaf_actor text not null,
        payload_digest text not null,
        leaf_hash bytea not null,
        subject text,
        receipt_id uuid,
        payload bytea,
        salt bytea,
        primary key (tenant, index),
        unique (tenant, event_id)
      );
      create index entries_source_idx on entries (source, event_id);
      create index entries_type_idx on entries (tenant, type, index desc);
      create index entries_actor_idx on entries (tenant, leaf_actor, index desc);
      create index entries_subject_idx on entries (tenant, subject, index desc) where subject is not null;
      create index entries_receipt_idx on entries (tenant, receipt_id, index desc) where receipt_id is not null;

      create table tile_hashes (
        tenant text not null,
        level smallint not null,
        index bigint not null,
        hash bytea not null,
        primary key (tenant, level, index)
      );

      create table checkpoints (
        tenant text not null,
        size bigint not null,
        root bytea not null,
        note text not null,
        artifact_digest text not null,
        created_at timestamptz not null,
        primary key (tenant, size)
      );

      create table sealed_hours (
        service text not null,
        from_time timestamptz not null,
        until_time timestamptz not null,
        count bigint not null,
        digest text not null,
        sealed_at timestamptz not null,
        completed_at timestamptz,
        missing bigint,
        gap_told_at timestamptz,
        primary key (service, from_time)
      );
      create index sealed_hours_open_idx on sealed_hours (sealed_at) where completed_at is null;
    `);
    for (const table of ['logs', 'entries', 'tile_hashes', 'checkpoints']) {
      await runner.query(isolateTenants(table, rolesOf('audit')));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sealed_hours, checkpoints, tile_hashes, entries, logs, log_key');
  }
}
