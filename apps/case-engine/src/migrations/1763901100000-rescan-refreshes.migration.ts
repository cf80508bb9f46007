import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether feeds were refreshed before a rescan matched with them. */
export class RescanRefreshes implements MigrationInterface {
  readonly name = 'RescanRefreshes1763901100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table rescans add column refresh jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table rescans drop column refresh');
  }
}
