import { apiKeyCreatedV1, systemActor } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { firstTenant } from '../tenants/tenant.js';
import { type Credential, everything } from './credential.js';
import { SHARED_SANTAMON_KEY } from './credentials.tokens.js';
import { FirstStartStores, firstStartLock } from './first-admin-key.service.js';

/**
 * The one key that all agents of an old Santamon set-up have, which `SANTAMON_API_KEY` gives: a row like any other, of the
 * first tenant. Another key in its place ends the one before; one that an admin revoked stays revoked.
 */
@Injectable()
export class SharedSantamonKey implements OnApplicationBootstrap {
  constructor(
    @Inject(SHARED_SANTAMON_KEY) private readonly given: { readonly key: string | undefined },
    private readonly transactions: Transactions,
    private readonly stores: FirstStartStores,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { key } = this.given;
    if (key === undefined) return;
    await this.transactions.runAcrossTenants(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [firstStartLock]);
      await this.stores.tenants.add(tx, { slug: firstTenant, displayName: firstTenant, publisher: null });
      await this.makeKey(tx, this.stores.resolveCaller.hashOf(key));
    });
  }

  private async makeKey(tx: Transaction, hash: string): Promise<void> {
    const { credentials } = this.stores;
    for (const before of await credentials.ofSystem(tx, 'santamon')) {
      if (before.hash !== hash && before.revokedAt === null) await credentials.revoke(tx, before.id);
    }
    if (await credentials.isKnown(tx, hash)) {
      this.log.debug({}, 'the key of SANTAMON_API_KEY is there');
      return;
    }
    const credential = sharedCredential(tx.now);
    await credentials.add(tx, credential, hash);
    const { id: credentialId, kind, role, name } = credential;
    tx.publish(apiKeyCreatedV1, { credentialId, kind, role, name }, { tenant: firstTenant, subject: credentialId });
  }
}

function sharedCredential(now: Date): Credential {
  return {
    id: newId(),
    tenant: firstTenant,
    kind: 'santamon',
    role: 'agent',
    name: 'shared key of all Santamon agents',
    scope: everything,
    platformAdmin: false,
    expiresAt: null,
    createdBy: systemActor,
    createdAt: now,
    revokedAt: null,
    disabledAt: null,
  };
}
