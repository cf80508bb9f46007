import { randomUUID } from 'node:crypto';
import { apiKeyCreatedV1, tenantCreatedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { newId, platformTenant, type TenantSlug } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Credential, everything } from '../../credentials/credential.js';
import { CredentialsStore } from '../../credentials/credentials.store.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { TenantsStore } from '../../tenants/tenants.store.js';
import { badRequest } from '../patchhound.errors.js';
import { slugsFor } from './organization.js';
import { expiryOf, maskedKey } from './token-key.js';
import { TokenKeysStore } from './token-keys.store.js';

/** A new token key, which is shown this once. */
export interface NewTokenKey {
  readonly key: string;
  readonly organization: string;
  readonly expirationDate: string;
}

/** Makes a token key for an organization; one that is new becomes a tenant. */
@Injectable()
export class CreateTokenKey {
  constructor(
    private readonly transactions: Transactions,
    private readonly tenants: TenantsStore,
    private readonly credentials: CredentialsStore,
    private readonly tokenKeys: TokenKeysStore,
    private readonly resolveCaller: ResolveCaller,
  ) {}

  /** @throws AssayError `patchhound.bad-request` */
  async execute(organization: string, expirationDays: string, admin: Principal): Promise<NewTokenKey> {
    const { day, expiresAt } = expiryOf(expirationDays, new Date());
    const key = randomUUID();
    await this.transactions.runAcrossTenants(async (tx) => {
      const tenant = await this.tenantOf(tx, organization, admin);
      const credential: Credential = {
        id: newId(),
        tenant,
        kind: 'patchhound',
        role: 'ci',
        name: maskedKey(key),
        scope: everything,
        platformAdmin: false,
        expiresAt,
        createdBy: admin.actor,
        createdAt: tx.now,
        revokedAt: null,
        disabledAt: null,
      };
      await this.credentials.add(tx, credential, this.resolveCaller.hashOf(key));
      const { id: credentialId, kind, role, name } = credential;
      tx.publish(
        apiKeyCreatedV1,
        { credentialId, kind, role, name },
        { tenant, subject: credentialId, actor: admin.actor },
      );
    });
    return { key, organization, expirationDate: day };
  }

  /** Two that make the same new organization at once: the later one waits for the unique name, and finds the first. */
  private async tenantOf(tx: Transaction, organization: string, { actor }: Principal): Promise<TenantSlug> {
    const known = await this.tokenKeys.tenantNamed(tx, organization);
    if (known?.isDeleted === true) throw badRequest('organization was closed');
    if (known !== null) return known.slug;
    for (const slug of slugsFor(organization)) {
      const tenant = { slug, displayName: organization, publisher: null };
      if (await this.tenants.add(tx, tenant)) {
        tx.publish(tenantCreatedV1, tenant, { tenant: platformTenant, subject: slug, actor });
        return slug;
      }
      const other = await this.tokenKeys.tenantNamed(tx, organization);
      if (other !== null) return other.slug;
    }
    throw badRequest('organization is not available');
  }
}
