import { tenantCreatedV1, tenantDeletedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { platformTenant, type TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialsStore } from '../credentials/credentials.store.js';
import { conflict, notFound } from '../ingest-gateway.errors.js';
import { firstTenant, type Tenant } from './tenant.js';
import { TenantsStore } from './tenants.store.js';

/**
 * What an admin of the platform does with tenants. It crosses tenants, as the platform's own work: the caller's right to
 * do so is the route's affair.
 */
@Injectable()
export class AdministerTenants {
  constructor(
    private readonly transactions: Transactions,
    private readonly tenants: TenantsStore,
    private readonly credentials: CredentialsStore,
  ) {}

  /** @throws AssayError `tenants.taken`, `tenants.unknown` for a publisher that does not exist */
  async create(tenant: Omit<Tenant, 'createdAt'>, caller: Principal): Promise<Tenant> {
    return this.transactions.runAcrossTenants(async (tx) => {
      if (tenant.publisher !== null && (await this.tenants.find(tx, tenant.publisher)) === null) {
        throw notFound('tenants.unknown', `There is no tenant "${tenant.publisher}" to be the publisher.`);
      }
      if (!(await this.tenants.add(tx, tenant))) {
        throw conflict('tenants.taken', 'Another tenant has this slug or this display name.');
      }
      tx.publish(tenantCreatedV1, tenant, { tenant: platformTenant, subject: tenant.slug, actor: caller.actor });
      return { ...tenant, createdAt: tx.now };
    });
  }

  /**
   * Closes a tenant: nobody gets in any more. Its slug is not given to another, so that no key, receipt or log entry of
   * the one is ever taken for the other's.
   *
   * @throws AssayError `tenants.unknown`, `tenants.in-use` for the first tenant and for publishers with customers
   */
  async delete(slug: TenantSlug, caller: Principal): Promise<void> {
    if (slug === firstTenant)
      throw conflict('tenants.in-use', 'The first tenant stays: the platform itself is run from it.');
    await this.transactions.runAcrossTenants(async (tx) => {
      const customers = await this.tenants.customersOf(tx, slug);
      if (customers.length > 0) throw conflict('tenants.in-use', `Tenants depend on it: ${customers.join(', ')}.`);
      if (!(await this.tenants.markDeleted(tx, slug))) throw notFound('tenants.unknown', 'There is no such tenant.');
      await this.credentials.revokeAllOf(tx, slug);
      tx.publish(tenantDeletedV1, { slug }, { tenant: platformTenant, subject: slug, actor: caller.actor });
    });
  }

  async list(limit: number, after: TenantSlug): Promise<Tenant[]> {
    return this.transactions.runAcrossTenants((tx) => this.tenants.list(tx, limit, after));
  }

  async count(): Promise<number> {
    return this.transactions.runAcrossTenants((tx) => this.tenants.count(tx));
  }
}
