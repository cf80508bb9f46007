import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of tenants, and what was signed with them about which document. */
export class SignerTables implements MigrationInterface {
  readonly name = 'SignerTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table signing_keys (
        tenant text not null,
        key_id text not null,
        public_key_pem text not null,
        sealed_private_key bytea not null,
        created_at timestamptz not null,
        retired_at timestamptz,
        primary key (tenant, key_id)
      );
      create unique index signing_keys_active_idx on signing_keys (tenant) where retired_at is null;

      create table attestations (
        id uuid primary key,
        tenant text not null,
        receipt_id uuid,
        document_digest text not null,
        document_size bigint not null,
        document_media_type text not null,
        predicate_type text not null,
        envelope_digest text not null,
        envelope_size bigint not null,
        key_id text not null,
        created_at timestamptz not null,
        foreign key (tenant, key_id) references signing_keys (tenant, key_id),
        unique (tenant, document_digest, key_id, predicate_type)
      );
      create index attestations_newest_idx on attestations (tenant, id desc);

      create table failed_documents (
        tenant text not null,
        receipt_id uuid not null,
        document_digest text not null,
        reason text not null,
        failed_at timestamptz not null,
        primary key (tenant, receipt_id, document_digest)
      );
    `);
    for (const table of ['signing_keys', 'attestations', 'failed_documents']) {
      await runner.query(isolateTenants(table, rolesOf('signer')));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table failed_documents, attestations, signing_keys');
  }
}
