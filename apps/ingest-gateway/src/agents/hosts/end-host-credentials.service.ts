import { apiKeyChangedV1, apiKeyRevokedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CredentialKind } from '../../credentials/credential.js';
import { ResolveCaller } from '../../credentials/resolve-caller.service.js';
import { type HostCredential, HostCredentialsStore } from './host-credentials.store.js';

/** Ends or moves what was made for a host, and says so: every gateway forgets it, and looks after its sockets. */
@Injectable()
export class EndHostCredentials {
  constructor(
    private readonly credentials: HostCredentialsStore,
    private readonly resolveCaller: ResolveCaller,
  ) {}

  /** All of them, or those of a kind, now. */
  async revoke(tx: Transaction, hostId: Uuid, kind: CredentialKind | null = null): Promise<void> {
    for (const credential of await this.credentials.revoke(tx, hostId, kind)) {
      tx.publish(apiKeyRevokedV1, asEvent(credential), { subject: credential.id });
      tx.afterCommit(() => this.resolveCaller.forget(credential.id));
    }
  }

  /** Those of a kind, at a moment that is to come. */
  async endAt(tx: Transaction, hostId: Uuid, kind: CredentialKind, at: Date): Promise<void> {
    this.changed(tx, await this.credentials.endAt(tx, hostId, kind, at));
  }

  /** They speak for another host from now on: what they were made for turned out to be that one. */
  async move(tx: Transaction, from: readonly Uuid[], to: Uuid): Promise<void> {
    this.changed(tx, await this.credentials.move(tx, from, to));
  }

  private changed(tx: Transaction, credentials: readonly HostCredential[]): void {
    for (const credential of credentials) {
      tx.publish(apiKeyChangedV1, { ...asEvent(credential), enabled: true }, { subject: credential.id });
      tx.afterCommit(() => this.resolveCaller.forget(credential.id));
    }
  }
}

function asEvent({ id: credentialId, kind, role, name }: HostCredential) {
  return { credentialId, kind, role, name };
}
