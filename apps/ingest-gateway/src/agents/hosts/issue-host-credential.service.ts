import { apiKeyCreatedV1 } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { newHostKey, secretOfPair } from '../../credentials/patchmon-pair.js';
import { CredentialsStore } from '../../credentials/credentials.store.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';

/** Whom a new credential is for. */
export interface KeyHolder {
  readonly hostId: Uuid;
  readonly hostname: string;
  /** Of PatchMon: then the secret is the pair. Null for Santamon's agents, whose key stands alone. */
  readonly apiId: string | null;
  /** Other ids that it may speak for. */
  readonly speaksFor: readonly string[];
}

/** Makes the key of a host's agent; it is given out here and never again. */
@Injectable()
export class IssueHostCredential {
  constructor(
    private readonly credentials: CredentialsStore,
    private readonly resolveCaller: ResolveCaller,
  ) {}

  async execute(
    tx: Transaction,
    { hostId, hostname, apiId, speaksFor }: KeyHolder,
  ): Promise<{ readonly credentialId: Uuid; readonly apiKey: string }> {
    const apiKey = newHostKey();
    const secret = apiId === null ? apiKey : secretOfPair({ apiId, apiKey });
    const credential = {
      id: newId(),
      tenant: tx.tenant,
      kind: apiId === null ? 'santamon' : 'patchmon',
      role: 'agent',
      name: `agent of ${hostname}`,
      scope: { repositories: [], hosts: [hostId, ...speaksFor] },
      platformAdmin: false,
      expiresAt: null,
      createdBy: tx.actor,
      createdAt: tx.now,
      revokedAt: null,
      disabledAt: null,
    } as const;
    await this.credentials.add(tx, credential, this.resolveCaller.hashOf(secret), hostId);
    const { id: credentialId, kind, role, name } = credential;
    tx.publish(apiKeyCreatedV1, { credentialId, kind, role, name }, { subject: credentialId });
    return { credentialId, apiKey };
  }
}
