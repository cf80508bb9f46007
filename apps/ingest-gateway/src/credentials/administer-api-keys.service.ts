import { apiKeyCreatedV1, apiKeyRevokedV1 } from '@assay/contracts';
import { type CredentialRole, newApiKey, type Principal, type Scope } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { forbidden, notFound } from '../ingest-gateway.errors.js';
import { type Credential, mayGrant } from './credential.js';
import { CredentialsStore } from './credentials.store.js';
import { ResolveCaller } from './resolve-caller.service.js';

export interface NewApiKey {
  readonly name: string;
  readonly role: CredentialRole;
  readonly scope: Scope;
  readonly platformAdmin: boolean;
  readonly expiresAt: Date | null;
}

/** Keys of the caller's tenant: made, shown once, listed, revoked. */
@Injectable()
export class AdministerApiKeys {
  constructor(
    private readonly transactions: Transactions,
    private readonly credentials: CredentialsStore,
    private readonly resolveCaller: ResolveCaller,
  ) {}

  /** The key itself is given out here and never again. @throws AssayError `credentials.beyond-own-rights` */
  async mint(wanted: NewApiKey, caller: Principal): Promise<{ credential: Credential; key: string }> {
    if (!mayGrant(caller, wanted)) {
      throw forbidden('credentials.beyond-own-rights', 'A key can not do more than the key that makes it.');
    }
    const key = newApiKey(wanted.role);
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const credential: Credential = {
        ...wanted,
        id: newId(),
        tenant: caller.tenant,
        kind: 'api-key',
        createdBy: caller.actor,
        createdAt: tx.now,
        revokedAt: null,
        disabledAt: null,
      };
      await this.credentials.add(tx, credential, this.resolveCaller.hashOf(key));
      tx.publish(apiKeyCreatedV1, asEvent(credential), { subject: credential.id });
      return { credential, key };
    });
  }

  /** @throws AssayError `credentials.unknown`, also for another tenant's key and for one that was revoked before */
  async revoke(id: Uuid, caller: Principal): Promise<void> {
    await this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const revoked = await this.credentials.revoke(tx, id);
      if (revoked === null) throw notFound('credentials.unknown', 'There is no such key.');
      tx.publish(apiKeyRevokedV1, asEvent(revoked), { subject: id });
      tx.afterCommit(() => this.resolveCaller.forget(id));
    });
  }

  async list(caller: Principal, limit: number, before: Uuid | null): Promise<Credential[]> {
    return this.transactions.run(caller.tenant, (tx) => this.credentials.list(tx, limit, before));
  }

  async count(caller: Principal): Promise<number> {
    return this.transactions.run(caller.tenant, (tx) => this.credentials.count(tx));
  }
}

function asEvent({ id: credentialId, kind, role, name }: Credential) {
  return { credentialId, kind, role, name };
}
