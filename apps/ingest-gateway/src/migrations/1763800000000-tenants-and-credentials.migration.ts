import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = rolesOf('ingest-gateway');

/** Who may do what: tenants, and credentials of every kind in one table (`semantics.md` §8). */
export class TenantsAndCredentials implements MigrationInterface {
  readonly name = 'TenantsAndCredentials1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    // A tenant sees itself, its publisher and its customers. The publisher is reached through a table of its own: a policy
    // that reads the table it stands on would call itself.
    await runner.query(`
      create table tenants (
        slug text primary key,
        display_name text not null unique,
        publisher text references tenants,
        created_at timestamptz not null,
        deleted_at timestamptz
      );
      create index tenants_publisher_idx on tenants (publisher);
      create table tenant_publishers (
        tenant text primary key,
        publisher text not null
      );
      alter table tenants enable row level security;
      alter table tenants force row level security;
      create policy own_relations on tenants for select using (
        slug = current_setting('assay.tenant', true)
        or publisher = current_setting('assay.tenant', true)
        or slug = (select p.publisher from tenant_publishers p where p.tenant = current_setting('assay.tenant', true)));
      create policy across_tenants on tenants to ${roles.job} using (true) with check (true);

      create table credentials (
        id uuid primary key,
        tenant text not null references tenants,
        kind text not null,
        hash text not null unique,
        role text not null,
        name text not null,
        scope jsonb not null,
        platform_admin boolean not null,
        expires_at timestamptz,
        created_by text not null,
        created_at timestamptz not null,
        revoked_at timestamptz
      );
      create index credentials_newest_idx on credentials (tenant, id desc);
    `);
    await runner.query(isolateTenants('tenant_publishers', roles));
    await runner.query(isolateTenants('credentials', roles));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table credentials, tenants, tenant_publishers');
  }
}
