import { apiKeyChangedV1, apiKeyRevokedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CredentialsStore } from '../../credentials/credentials.store.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { limits } from '../../limits.js';
import { lastDayOf } from './token-key.js';
import { TokenKeysStore } from './token-keys.store.js';

/** One entry of PatchHound's list, field by field as its clients read it. */
export interface TokenKeyEntry {
  readonly token_key: string;
  readonly organization: string;
  readonly expiration_date: string;
  readonly enabled: 0 | 1;
}

/** Token keys of every organization: listed, switched off and on, removed. For an admin of the platform. */
@Injectable()
export class AdministerTokenKeys {
  constructor(
    private readonly transactions: Transactions,
    private readonly tokenKeys: TokenKeysStore,
    private readonly credentials: CredentialsStore,
    private readonly resolveCaller: ResolveCaller,
  ) {}

  /** Oldest first. */
  async list(): Promise<TokenKeyEntry[]> {
    const keys = await this.transactions.runAcrossTenants((tx) => this.tokenKeys.list(tx, limits.tokenKeysListed));
    return keys.map(({ name, organization, expiresAt, disabledAt }) => ({
      token_key: name,
      organization,
      expiration_date: lastDayOf(expiresAt),
      enabled: disabledAt === null ? 1 : 0,
    }));
  }

  /** Nothing happens to a key that does not exist, and nothing is said of it. */
  async switch(key: string, enabled: boolean, { actor }: Principal): Promise<void> {
    await this.transactions.runAcrossTenants(async (tx) => {
      const switched = await this.tokenKeys.switch(tx, this.resolveCaller.hashOf(key), enabled);
      if (switched === null) return;
      const { id: credentialId, tenant, kind, role, name } = switched;
      tx.publish(
        apiKeyChangedV1,
        { credentialId, kind, role, name, enabled },
        { tenant, subject: credentialId, actor },
      );
      tx.afterCommit(() => this.resolveCaller.forget(credentialId));
    });
  }

  /** False if there is no such key. */
  async remove(key: string, { actor }: Principal): Promise<boolean> {
    return this.transactions.runAcrossTenants(async (tx) => {
      const id = await this.tokenKeys.idOf(tx, this.resolveCaller.hashOf(key));
      const revoked = id === null ? null : await this.credentials.revoke(tx, id);
      if (revoked === null) return false;
      const { id: credentialId, tenant, kind, role, name } = revoked;
      tx.publish(apiKeyRevokedV1, { credentialId, kind, role, name }, { tenant, subject: credentialId, actor });
      tx.afterCommit(() => this.resolveCaller.forget(credentialId));
      return true;
    });
  }
}
