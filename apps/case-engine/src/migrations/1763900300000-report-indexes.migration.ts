import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A report may ask which exceptions were in force at some time, ended ones included. They have an index of their own, so that
 * nothing tempts the planner away from that of those in force, which each judgement reads.
 */
export class ReportIndexes implements MigrationInterface {
  readonly name = 'ReportIndexes1763900300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index exceptions_ended_idx on exceptions (tenant, scope_key, ended_at) where ended_at is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index exceptions_ended_idx');
  }
}
