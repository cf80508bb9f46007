import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When the hosts of a group are scanned next. `plan` is what `next_at` was computed from: a group whose times were changed is
 * computed anew. While a round goes on, `after_host` says how far it has come: whoever dies, the next one goes on from there.
 */
export class GroupScans1764000300100 implements MigrationInterface {
  readonly name = 'GroupScans1764000300100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table group_scans (
        tenant text not null,
        name text not null,
        plan text not null,
        next_at timestamptz not null,
        after_host uuid,
        primary key (tenant, name)
      );
    `);
    await runner.query(isolateTenants('group_scans', rolesOf('compliance')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table group_scans');
  }
}
