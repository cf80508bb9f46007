import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['repository_webhooks', 'rescan_thresholds'];

/** Addresses that CI clients name, per repository; thresholds of rescans; indexes by which old alerts are forgotten. */
export class CallersAndThresholds1763900700000 implements MigrationInterface {
  readonly name = 'CallersAndThresholds1763900700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table channels add column origin text not null default 'tenant' check (origin in ('tenant', 'caller'));

      create table repository_webhooks (
        tenant text not null,
        repository text not null,
        channel_id uuid not null references channels,
        named_at timestamptz not null,
        primary key (tenant, repository)
      );

      create table rescan_thresholds (
        tenant text not null,
        repository text not null,
        vulnerabilities text not null,
        kev text not null,
        updated_at timestamptz not null,
        primary key (tenant, repository)
      );

      create index alerts_age_idx on alerts (raised_at);
    `);
    for (const table of tables) await runner.query(isolateTenants(table, rolesOf('alerting')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index alerts_age_idx; drop table ${tables.join(', ')}; delete from channels where origin = 'caller';
      alter table channels drop column origin`);
  }
}
