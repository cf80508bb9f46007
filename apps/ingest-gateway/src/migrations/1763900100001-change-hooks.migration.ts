import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hooks by which forges tell what became of changes, and the deliveries that have come, so that none counts twice. */
export class ChangeHooks implements MigrationInterface {
  readonly name = 'ChangeHooks1763900100001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table change_hooks (
        id uuid primary key,
        tenant text not null references tenants,
        forge text not null,
        provider text not null,
        name text not null,
        sealed_secret text not null,
        created_by text not null,
        created_at timestamptz not null
      );
      create index change_hooks_newest_idx on change_hooks (tenant, id desc);

      create table change_deliveries (
        hook_id uuid not null references change_hooks on delete cascade,
        body_digest text not null,
        delivery_id text not null,
        tenant text not null,
        received_at timestamptz not null,
        primary key (hook_id, body_digest)
      );
      create index change_deliveries_age_idx on change_deliveries (received_at);
    `);
    for (const table of ['change_hooks', 'change_deliveries']) {
      await runner.query(isolateTenants(table, rolesOf('ingest-gateway')));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table change_deliveries, change_hooks');
  }
}
