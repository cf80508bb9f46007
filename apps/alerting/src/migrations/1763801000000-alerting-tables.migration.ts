import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['alert_rules', 'channels', 'silences', 'alerts', 'deliveries', 'delivery_attempts'];

/** Rules, channels and silences; alerts and the deliveries that they became, with a log of every attempt. */
export class AlertingTables1763801000000 implements MigrationInterface {
  readonly name = 'AlertingTables1763801000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table alert_rules (
        id uuid primary key,
        tenant text not null,
        name text not null,
        events text[] not null,
        conditions jsonb not null,
        channels uuid[] not null,
        enabled boolean not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        removed_at timestamptz
      );
      create index alert_rules_tenant_idx on alert_rules (tenant, id desc);

      create table channels (
        id uuid primary key,
        tenant text not null,
        name text not null,
        type text not null,
        url text not null,
        sealed_secret bytea not null,
        enabled boolean not null,
        disabled_because text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        removed_at timestamptz
      );
      create index channels_tenant_idx on channels (tenant, id desc);

      create table silences (
        id uuid primary key,
        tenant text not null,
        name text not null,
        scope jsonb not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        created_by text not null,
        created_at timestamptz not null
      );
      create index silences_tenant_idx on silences (tenant, id desc);

      create table alerts (
        id uuid primary key,
        tenant text not null,
        rule_id uuid not null,
        rule_name text not null,
        event_id uuid not null,
        event_name text not null,
        event_time timestamptz not null,
        title text not null,
        severity text,
        matched integer not null,
        content jsonb not null,
        silenced_by uuid,
        receipt_id uuid,
        lane text not null,
        traceparent text,
        raised_at timestamptz not null
      );
      create index alerts_newest_idx on alerts (tenant, raised_at desc, id desc);

      create table deliveries (
        id uuid primary key,
        tenant text not null,
        alert_id uuid not null references alerts on delete cascade,
        channel_id uuid not null,
        state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
        attempts integer not null default 0,
        next_attempt_at timestamptz,
        claimed_until timestamptz,
        last_status integer,
        last_error text,
        created_at timestamptz not null,
        finished_at timestamptz
      );
      create index deliveries_due_idx on deliveries (channel_id, next_attempt_at) where state = 'pending';
      create index deliveries_alert_idx on deliveries (alert_id);
      create index deliveries_newest_idx on deliveries (tenant, created_at desc, id desc);

      create table delivery_attempts (
        delivery_id uuid not null references deliveries on delete cascade,
        attempt integer not null,
        tenant text not null,
        at timestamptz not null,
        duration_ms integer not null,
        status_code integer,
        error text,
        response text,
        primary key (delivery_id, attempt)
      );
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('alerting')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${tables.toReversed().join(', ')}`);
  }
}
