import { allowGroupInserts, isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('ingest-gateway');

/** What was accepted and what became of it; the keys that make a request repeatable; what each tenant used in a day. */
export class Receipts implements MigrationInterface {
  readonly name = 'Receipts1763800000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table receipts (
        id uuid primary key,
        tenant text not null,
        kind text not null,
        dialect text not null,
        tool text,
        subject jsonb,
        origin jsonb not null,
        documents jsonb not null,
        actor text not null,
        status text not null default 'accepted',
        result jsonb,
        entries jsonb,
        error jsonb,
        accepted_at timestamptz not null,
        finished_at timestamptz
      );
      create index receipts_newest_idx on receipts (tenant, id desc);
      create index receipts_status_idx on receipts (tenant, status, id desc);

      create table receipt_stages (
        receipt_id uuid not null references receipts on delete cascade,
        stage text not null,
        tenant text not null,
        service text not null,
        at timestamptz not null,
        duration_ms double precision not null,
        error jsonb,
        primary key (receipt_id, stage)
      );

      create table idempotency_keys (
        tenant text not null,
        principal text not null,
        route text not null,
        key text not null,
        request_digest text not null,
        receipt_id uuid not null,
        created_at timestamptz not null,
        primary key (tenant, principal, route, key)
      );
      create index idempotency_keys_age_idx on idempotency_keys (created_at);

      create table daily_usage (
        tenant text not null,
        day date not null,
        documents bigint not null,
        bytes bigint not null,
        primary key (tenant, day)
      );
    `);
    for (const table of ['receipts', 'receipt_stages', 'idempotency_keys', 'daily_usage']) {
      await runner.query(isolateTenants(table, roles));
    }
    await runner.query(allowGroupInserts('receipts', roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table daily_usage, idempotency_keys, receipt_stages, receipts');
  }
}
