import { apiKeyChangedV1, apiKeyCreatedV1, apiKeyRevokedV1 } from '@assay/contracts';
import { type CredentialRole, newApiKey, type Principal, type Scope } from '@assay/identity';
import { type AssayError, newId, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { conflict, forbidden, notFound } from '../ingest-gateway.errors.js';
import { type Credential, mayGrant } from './credential.js';
import { CredentialsStore } from './credentials.store.js';
import { ResolveCaller } from './resolve-caller.service.js';

export interface NewApiKey {
  readonly kind: 'api-key' | 'santamon';
  /** The secret where the caller brings its own; else one is made. */
  readonly key: string | null;
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

  /**
   * The key itself is given out here and never again.
   *
   * @throws AssayError `credentials.beyond-own-rights`; `credentials.taken` for a key that somebody has or had
   */
  async mint(wanted: NewApiKey, caller: Principal): Promise<{ credential: Credential; key: string }> {
    if (!mayGrant(caller, wanted)) throw beyondOwnRights();
    const { key: given, ...rights } = wanted;
    const key = given ?? newApiKey(wanted.role);
    if (given !== null) await this.refuseTaken(given);
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const credential: Credential = {
        ...rights,
        id: newId(),
        tenant: caller.tenant,
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

  /**
   * Gives a key another scope, at once and at every gateway.
   *
   * @throws AssayError `credentials.unknown`, also for another tenant's; `credentials.beyond-own-rights`
   */
  async change(id: Uuid, scope: Scope, caller: Principal): Promise<Credential> {
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const before = await this.credentials.find(tx, id);
      if (before === null) throw unknownKey();
      if (!mayGrant(caller, { platformAdmin: before.platformAdmin, scope })) throw beyondOwnRights();
      const changed = await this.credentials.change(tx, id, scope);
      if (changed === null) throw unknownKey();
      const enabled = changed.disabledAt === null;
      tx.publish(apiKeyChangedV1, { ...asEvent(changed), enabled, scope: copyOf(scope) }, { subject: id });
      tx.afterCommit(() => this.resolveCaller.forget(id));
      return changed;
    });
  }

  /** @throws AssayError `credentials.unknown`, also for another tenant's key and for one that was revoked before */
  async revoke(id: Uuid, caller: Principal): Promise<void> {
    await this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const revoked = await this.credentials.revoke(tx, id);
      if (revoked === null) throw unknownKey();
      tx.publish(apiKeyRevokedV1, asEvent(revoked), { subject: id });
      tx.afterCommit(() => this.resolveCaller.forget(id));
    });
  }

  /** A key is one credential's, whoever chose it. Who asks knows the key, so the answer tells nothing. */
  private async refuseTaken(key: string): Promise<void> {
    const hash = this.resolveCaller.hashOf(key);
    const isTaken = await this.transactions.runAcrossTenants((tx) => this.credentials.isKnown(tx, hash));
    if (isTaken) throw conflict('credentials.taken', 'This key is in use, or was; choose another.');
  }

  async list(caller: Principal, limit: number, before: Uuid | null): Promise<Credential[]> {
    return this.transactions.run(caller.tenant, (tx) => this.credentials.list(tx, limit, before));
  }

  async count(caller: Principal): Promise<number> {
    return this.transactions.run(caller.tenant, (tx) => this.credentials.count(tx));
  }
}

function beyondOwnRights(): AssayError {
  return forbidden('credentials.beyond-own-rights', 'A key can not do more than the key that makes it.');
}

function unknownKey(): AssayError {
  return notFound('credentials.unknown', 'There is no such key.');
}

function copyOf({ repositories, hosts }: Scope) {
  return { repositories: repositories && [...repositories], hosts: hosts && [...hosts] };
}

function asEvent({ id: credentialId, kind, role, name }: Credential) {
  return { credentialId, kind, role, name };
}
