import { rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('scanner');

/** Several targets of one tool in one run, findings documents that say nothing of who sent them, and EPSS scores. */
export class TargetsAndEpss1763900600000 implements MigrationInterface {
  readonly name = 'TargetsAndEpss1763900600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Null where a scan of before has written it: it is of another run than any.
      alter table subject_scans add run_key text;
      comment on column subject_scans.tool is 'The slot: the tool, and after a space a mark of the target where it has one';
      comment on column findings.tool is 'The slot, as in subject_scans';
      comment on column rejudgements.tool is 'The slot, as in subject_scans';

      alter table scans add target text not null default '', add findings_content text;

      -- What a feed says of itself beside its version: KEV the day it was released, EPSS the model.
      alter table feeds add details jsonb not null default '{}';

      create table epss (
        cve text primary key,
        score real not null,
        percentile real not null
      );
      revoke insert, update, delete on epss from ${roles.runtime};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table epss;
      alter table feeds drop details;
      alter table scans drop target, drop findings_content;
      alter table subject_scans drop run_key;
    `);
  }
}
