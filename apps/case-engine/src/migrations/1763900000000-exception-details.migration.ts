import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is said of exceptions beside what, where and until when; exclusion files as they were stored; VEX documents and the
 * newest word of each author on each product and vulnerability; and what a tenant asks of exceptions.
 *
 * `org` and `repo` are columns of their own, because reading JSON is not leakproof and no index on it would be used under
 * row level security.
 */
export class ExceptionDetails implements MigrationInterface {
  readonly name = 'ExceptionDetails1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table exceptions
        add column origin text not null default 'manual',
        add column public_comment text,
        add column private_comment text,
        add column scope_note text,
        add column owner text,
        add column proposed boolean not null default false,
        add column approved_by text,
        add column approved_at timestamptz,
        add column justification text,
        add column version integer not null default 1,
        add column org text generated always as (scope ->> 'org') stored,
        add column repo text generated always as (scope ->> 'repo') stored;
      create index exceptions_repo_idx on exceptions (tenant, repo, id desc) where repo is not null;
      create index exceptions_what_idx on exceptions (tenant, what_id, id desc);
      create index exceptions_owner_idx on exceptions (tenant, owner, id desc) where owner is not null;

      create table exclusion_files (
        tenant text not null,
        provider text not null,
        org text not null,
        repo text not null,
        exclusions jsonb not null,
        stored_by text not null,
        stored_at timestamptz not null,
        primary key (tenant, provider, org, repo)
      );

      create table exception_policies (
        tenant text not null primary key,
        policy jsonb not null,
        changed_by text not null,
        changed_at timestamptz not null
      );

      create table vex_documents (
        tenant text not null,
        document_key text not null,
        author text not null,
        document_id text not null,
        version text not null,
        issued_at timestamptz not null,
        accepted_at timestamptz not null,
        digest text not null,
        receipt_id uuid not null,
        outcome jsonb not null,
        primary key (tenant, document_key)
      );

      create table vex_statements (
        tenant text not null,
        statement_key text not null,
        document_key text not null,
        status text not null,
        said_at timestamptz not null,
        accepted_at timestamptz not null,
        content text not null,
        exception_id uuid,
        primary key (tenant, statement_key)
      );
      create index vex_statements_document_idx on vex_statements (tenant, document_key);
    `);
    const roles = rolesOf('case-engine');
    for (const table of tenantTables) await runner.query(isolateTenants(table, roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table ${tenantTables.join(', ')};
      alter table exceptions
        drop column origin, drop column public_comment, drop column private_comment, drop column scope_note,
        drop column owner, drop column proposed, drop column approved_by, drop column approved_at,
        drop column justification, drop column version, drop column org, drop column repo`);
  }
}

const tenantTables = ['exclusion_files', 'exception_policies', 'vex_documents', 'vex_statements'];
