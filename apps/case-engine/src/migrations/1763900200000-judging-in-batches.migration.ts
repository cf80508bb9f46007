import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a run brought beside its documents (`context`, its own `exclusions`), what was found in it by tool, which exceptions
 * applied, and fingerprints of everything that a judgement follows from: where they are those of the newest run, nothing
 * needs to be judged again. `unseen` says of an ended interval that nobody looked: the engines that had seen the finding had
 * not worked on the run yet, whose other documents came first. `leaders` are the newest runs by each of the ways in which runs tell their age.
 */
export class JudgingInBatches implements MigrationInterface {
  readonly name = 'JudgingInBatches1763900200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cases
        add column findings_print text,
        add column leaders jsonb not null default '[]';
      alter table runs
        add column context jsonb,
        add column context_at timestamptz,
        add column exclusions jsonb,
        add column exclusions_at timestamptz,
        add column exclusions_refused boolean not null default false,
        add column by_tool jsonb not null default '{}',
        add column applied jsonb not null default '[]',
        add column verdict_print text;
      alter table findings add column unseen boolean;
      alter table run_documents
        add column findings_size bigint not null default 0,
        add column findings_content text,
        add column engines jsonb not null default '[]';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table cases drop column findings_print, drop column leaders;
      alter table runs drop column context, drop column context_at, drop column exclusions, drop column exclusions_at,
        drop column exclusions_refused, drop column by_tool, drop column applied, drop column verdict_print;
      alter table findings drop column unseen;
      alter table run_documents drop column findings_size, drop column findings_content, drop column engines;
    `);
  }
}
