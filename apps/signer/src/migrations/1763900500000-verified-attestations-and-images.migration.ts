import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Attestations that were verified at once and whose envelope files are signed; which receipt got which; signed images and the
 * vault of base images.
 */
export class VerifiedAttestationsAndImages implements MigrationInterface {
  readonly name = 'VerifiedAttestationsAndImages1763900500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Both are null in rows of before: such an envelope file is signed when its signature is asked for.
      alter table attestations add column envelope_signature bytea, add column verified boolean;

      create table receipt_attestations (
        tenant text not null,
        receipt_id uuid not null,
        attestation_id uuid not null references attestations (id),
        role text not null,
        primary key (tenant, receipt_id, attestation_id, role)
      );

      create table image_signatures (
        id uuid primary key,
        tenant text not null,
        digest text not null,
        reference text,
        repository text,
        key_id text not null,
        signature bytea not null,
        actor text not null,
        created_at timestamptz not null,
        foreign key (tenant, key_id) references signing_keys (tenant, key_id)
      );
      create index image_signatures_newest_idx on image_signatures (tenant, id desc);
      create index image_signatures_digest_idx on image_signatures (tenant, digest, id desc);
      create index image_signatures_repository_idx on image_signatures (tenant, repository, id desc);

      create table image_verifications (
        id uuid primary key,
        tenant text not null,
        signature_id uuid not null references image_signatures (id),
        digest text not null,
        outcome text not null,
        actor text not null,
        verified_at timestamptz not null
      );
      create index image_verifications_newest_idx on image_verifications (tenant, signature_id, id desc);

      -- Every revision stays; the one that counts has not been replaced.
      create table vault_images (
        id uuid primary key,
        tenant text not null,
        name text collate "C" not null,
        revision integer not null,
        digest text not null,
        key_id text not null,
        signature bytea not null,
        entry_signature bytea not null,
        actor text not null,
        created_at timestamptz not null,
        replaced_at timestamptz,
        foreign key (tenant, key_id) references signing_keys (tenant, key_id),
        unique (tenant, name, revision)
      );
      create unique index vault_images_current_idx on vault_images (tenant, name) where replaced_at is null;
    `);
    for (const table of ['receipt_attestations', 'image_signatures', 'image_verifications', 'vault_images']) {
      await runner.query(isolateTenants(table, rolesOf('signer')));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table vault_images, image_verifications, image_signatures, receipt_attestations;
      alter table attestations drop column envelope_signature, drop column verified;
    `);
  }
}
