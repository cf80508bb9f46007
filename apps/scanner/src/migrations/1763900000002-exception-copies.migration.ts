import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exceptions change, and news of that may be overtaken; and a VEX statement may be about one build of an image. */
export class ExceptionCopies1763900000002 implements MigrationInterface {
  readonly name = 'ExceptionCopies1763900000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table exceptions add version integer not null default 0, add image_version text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table exceptions drop version, drop image_version');
  }
}
