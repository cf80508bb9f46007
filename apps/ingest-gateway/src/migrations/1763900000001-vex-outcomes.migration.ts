import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of VEX documents, which get no verdict. */
export class VexOutcomes implements MigrationInterface {
  readonly name = 'VexOutcomes1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table receipts add column vex jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table receipts drop column vex');
  }
}
