import type { TenantSlug } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Tenant } from './tenant.js';

const columns = 'slug, display_name as "displayName", publisher, created_at as "createdAt"';

/**
 * Tenants as an admin of the platform sees them, so in transactions across tenants; in one of a tenant, row level
 * security shows it, its publisher and its customers.
 */
export class TenantsStore {
  /** True if it is new; false if its slug or display name is taken, also by one that was deleted. */
  async add(tx: Transaction, { slug, displayName, publisher }: Omit<Tenant, 'createdAt'>): Promise<boolean> {
    const rows = await tx.query(
      `with added as (
         insert into tenants (slug, display_name, publisher, created_at) values ($1, $2, $3, $4)
         on conflict do nothing returning slug, publisher),
       related as (
         insert into tenant_publishers (tenant, publisher) select slug, publisher from added where publisher is not null)
       select slug from added`,
      [slug, displayName, publisher, tx.now],
    );
    return rows.length > 0;
  }

  async find(tx: Transaction, slug: TenantSlug): Promise<Tenant | null> {
    const rows = await tx.query<Tenant>(`select ${columns} from tenants where slug = $1 and deleted_at is null`, [
      slug,
    ]);
    return rows[0] ?? null;
  }

  /** In the order of their slugs, after `after`. */
  async list(tx: Transaction, limit: number, after: TenantSlug): Promise<Tenant[]> {
    return tx.query<Tenant>(
      `select ${columns} from tenants where slug > $1 and deleted_at is null order by slug limit $2`,
      [after, limit],
    );
  }

  async count(tx: Transaction): Promise<number> {
    const rows = await tx.query<{ count: number }>(
      'select count(*)::int as count from tenants where deleted_at is null',
    );
    return rows[0]?.count ?? 0;
  }

  async customersOf(tx: Transaction, slug: TenantSlug): Promise<TenantSlug[]> {
    const rows = await tx.query<{ slug: TenantSlug }>(
      'select slug from tenants where publisher = $1 and deleted_at is null order by slug',
      [slug],
    );
    return rows.map((row) => row.slug);
  }

  /** False if there is no such tenant any more. */
  async markDeleted(tx: Transaction, slug: TenantSlug): Promise<boolean> {
    const rows = await tx.query(
      'update tenants set deleted_at = $2 where slug = $1 and deleted_at is null returning slug',
      [slug, tx.now],
    );
    return rows.length > 0;
  }
}
