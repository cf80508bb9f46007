import { newApiKey } from '@assay/identity';
import { newId } from '@assay/kernel';
import { apiKeyCreatedV1, systemActor } from '@assay/contracts';
import { type Transaction, Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { firstTenant } from '../tenants/tenant.js';
import { TenantsStore } from '../tenants/tenants.store.js';
import { AdminKeyFile } from './admin-key.file.js';
import { type Credential, everything } from './credential.js';
import { CredentialsStore } from './credentials.store.js';
import { FIRST_ADMIN_KEY } from './credentials.tokens.js';
import { ResolveCaller } from './resolve-caller.service.js';

/** Serialises first starts of several gateways: a number of our own (`ASSK`). */
export const firstStartLock = 0x4153534b;

/** What the first start writes with. */
@Injectable()
export class FirstStartStores {
  constructor(
    readonly tenants: TenantsStore,
    readonly credentials: CredentialsStore,
    readonly resolveCaller: ResolveCaller,
  ) {}
}

/**
 * Before the first request: the first tenant and its admin key exist. The key is written to its file before it counts, so
 * that a crash in between costs nothing; one that is in the file already is taken instead of a new one.
 */
@Injectable()
export class FirstAdminKey implements OnApplicationBootstrap {
  private readonly file: AdminKeyFile;

  constructor(
    @Inject(HOST_ENV) env: HostEnv,
    @Inject(FIRST_ADMIN_KEY) private readonly given: { readonly key: string | undefined },
    private readonly transactions: Transactions,
    private readonly stores: FirstStartStores,
  ) {
    this.file = new AdminKeyFile(env.ASSAY_DATA_DIR);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.transactions.runAcrossTenants(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [firstStartLock]);
      await this.stores.tenants.add(tx, { slug: firstTenant, displayName: firstTenant, publisher: null });
      await this.makeKey(tx);
    });
  }

  /** A key that the environment gives replaces the one before; otherwise what is there stays, revoked or not. */
  private async makeKey(tx: Transaction): Promise<void> {
    const { credentials, resolveCaller } = this.stores;
    const before = await credentials.findOfKind(tx, 'first-admin-key');
    const given = this.given.key;
    if (before !== null && (given === undefined || before.hash === resolveCaller.hashOf(given))) return;
    if (before !== null) await credentials.revoke(tx, before.id);
    const key = given ?? (await this.file.read()) ?? newApiKey('admin');
    await this.file.write(key);
    const credential = firstCredential(tx.now);
    await credentials.add(tx, credential, resolveCaller.hashOf(key));
    const { id: credentialId, kind, role, name } = credential;
    tx.publish(apiKeyCreatedV1, { credentialId, kind, role, name }, { tenant: firstTenant, subject: credentialId });
  }
}

function firstCredential(now: Date): Credential {
  return {
    id: newId(),
    tenant: firstTenant,
    kind: 'first-admin-key',
    role: 'admin',
    name: 'first admin key',
    scope: everything,
    platformAdmin: true,
    expiresAt: null,
    createdBy: systemActor,
    createdAt: now,
    revokedAt: null,
    disabledAt: null,
  };
}
