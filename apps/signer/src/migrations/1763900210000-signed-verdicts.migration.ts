import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Signed verdicts: the statement's bytes and the signature over them, from which the envelope is made when somebody asks.
 * They lie here and not in the artifact store because there is one for each receipt: a batch of rows is one write to disk,
 * and as many files would be as many.
 */
export class SignedVerdicts implements MigrationInterface {
  readonly name = 'SignedVerdicts1763900210000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table signed_verdicts (
        tenant text not null,
        receipt_id uuid not null,
        run_id uuid not null,
        statement bytea not null,
        signature bytea not null,
        key_id text not null,
        decided_at timestamptz not null,
        signed_at timestamptz not null,
        primary key (tenant, receipt_id),
        foreign key (tenant, key_id) references signing_keys (tenant, key_id)
      );
      create index signed_verdicts_run_idx on signed_verdicts (tenant, run_id, decided_at desc);
    `);
    await runner.query(isolateTenants('signed_verdicts', rolesOf('signer')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signed_verdicts');
  }
}
