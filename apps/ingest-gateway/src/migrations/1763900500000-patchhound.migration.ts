import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('ingest-gateway');

/** The PatchHound dialect: token keys that can be switched off, and which run a client means by a repository and a name. */
export class PatchHound implements MigrationInterface {
  readonly name = 'PatchHound1763900500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table credentials add column disabled_at timestamptz;
      create index credentials_kind_idx on credentials (kind, id desc) where revoked_at is null;
      alter table receipts add column scans jsonb;

      -- The key is the name with every slash made an underscore; org and repo are as they were first sent.
      create table patchhound_repositories (
        tenant text not null,
        repo_key text not null,
        org text not null,
        repo text not null,
        sealed_webhook text,
        primary key (tenant, repo_key)
      );
      create table patchhound_runs (
        tenant text not null,
        repo_key text not null,
        name text not null,
        receipt_id uuid not null,
        context jsonb not null,
        primary key (tenant, repo_key, name)
      );
    `);
    for (const table of ['patchhound_repositories', 'patchhound_runs']) {
      await runner.query(isolateTenants(table, roles));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table patchhound_runs, patchhound_repositories;
      alter table receipts drop column scans;
      drop index credentials_kind_idx;
      alter table credentials drop column disabled_at;
    `);
  }
}
