import type { TenantSlug } from '@assay/kernel';
import { platformTenant } from '@assay/kernel';

/** Whose data it is. */
export interface Tenant {
  readonly slug: TenantSlug;
  /** Unique, for people; older protocols call it the organization. */
  readonly displayName: string;
  /** The tenant that this one is a customer of. */
  readonly publisher: TenantSlug | null;
  readonly createdAt: Date;
}

/** The tenant that exists from the first start on. */
export const firstTenant: TenantSlug = 'default';

/** Slugs that mean something else on the bus and in the audit log. */
export const reservedSlugs: readonly TenantSlug[] = [platformTenant];
