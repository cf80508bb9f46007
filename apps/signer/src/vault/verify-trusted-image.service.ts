import { imageVerifiedV1, verificationFailedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { verifyBytes } from '../keys/detached-signature.js';
import { KeyRing } from '../keys/key-ring.service.js';
import { entryText } from './vault-entry.js';
import { type VaultEntry, VaultStore } from './vault.store.js';

export interface TrustedImageVerification {
  /** `unknown` where the vault has no such name. */
  readonly outcome: 'trusted' | 'mismatch' | 'unknown';
  readonly keyId: string | null;
  readonly message: string;
}

/** Says whether a base image has the content that the tenant trusts under this name. */
@Injectable()
export class VerifyTrustedImage {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly vault: VaultStore,
  ) {}

  async execute({ tenant, actor }: Principal, name: string, digest: string): Promise<TrustedImageVerification> {
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const entry = await this.vault.current(tx, name);
      const verification = await this.judge(tx, digest, entry);
      const { outcome, keyId, message } = verification;
      const told = outcome === 'trusted' ? 'verified' : outcome;
      const verified = { recordId: entry?.id ?? null, digest, vaultName: name, outcome: told, keyId, message } as const;
      tx.publish(imageVerifiedV1, verified, { subject: name });
      if (outcome === 'mismatch') {
        const failed = {
          attestationId: null,
          digest,
          reason: message,
          check: 'signature',
          occasion: 'request',
        } as const;
        tx.publish(verificationFailedV1, failed, { subject: name });
      }
      return verification;
    });
  }

  private async judge(tx: Transaction, digest: string, entry: VaultEntry | null): Promise<TrustedImageVerification> {
    if (entry === null) return { outcome: 'unknown', keyId: null, message: 'The vault has no image of this name.' };
    const { keyId } = entry;
    if (entry.digest !== digest) return { outcome: 'mismatch', keyId, message: `What is trusted is ${entry.digest}.` };
    const publicKey = await this.keyRing.publicKey(tx, keyId);
    return publicKey !== null &&
      verifyBytes(Buffer.from(digest), entry.signature, publicKey) &&
      verifyBytes(entryText(entry), entry.entrySignature, publicKey)
      ? { outcome: 'trusted', keyId, message: 'This is the content that is trusted under this name.' }
      : { outcome: 'mismatch', keyId, message: 'The entry of the vault was not signed with the key that it names.' };
  }
}
