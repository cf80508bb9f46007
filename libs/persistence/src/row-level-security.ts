import type { ServiceRoles } from './roles.js';

/**
 * SQL that closes a table to all but the tenant of the transaction (`set local assay.tenant`), for its owner too, and
 * opens it to the job role. The table needs a `tenant text` column. Outside a tenant's transaction nothing is visible.
 */
export function isolateTenants(table: string, roles: ServiceRoles): string {
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant_isolation on ${table}
      using (tenant = current_setting('assay.tenant', true))
      with check (tenant = current_setting('assay.tenant', true));
    create policy across_tenants on ${table} to ${roles.job} using (true) with check (true);
  `;
}

/** SQL that lets the insert-only role add rows of any tenant and see none. */
export function allowGroupInserts(table: string, roles: ServiceRoles): string {
  return `
    grant insert on ${table} to ${roles.accept};
    create policy group_inserts on ${table} for insert to ${roles.accept} with check (true);
  `;
}
