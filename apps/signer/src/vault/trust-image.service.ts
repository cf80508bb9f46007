import { imageSignedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { requireImageDigest } from '../images/sign-image.service.js';
import { signBytes } from '../keys/detached-signature.js';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { entryText, isImageName } from './vault-entry.js';
import { type VaultEntry, VaultStore } from './vault.store.js';

/** Makes a digest the trusted content of a base image, in place of the one before, which stays in the history. */
@Injectable()
export class TrustImage {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly vault: VaultStore,
  ) {}

  /** @throws AssayError `signer.digest-malformed`, `signer.name-malformed` */
  async execute({ tenant, actor }: Principal, name: string, digest: string): Promise<VaultEntry> {
    requireImageDigest(digest);
    requireImageName(name);
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.vault.lock(tx, name);
      const before = await this.vault.current(tx, name);
      const key = await this.keyRing.active(tx);
      const claim = { name, digest, revision: (before?.revision ?? 0) + 1 };
      const signature = signBytes(Buffer.from(digest), key);
      const entrySignature = signBytes(entryText(claim), key);
      const signed = { id: newId(), keyId: key.id, signature, entrySignature };
      const entry: VaultEntry = { ...claim, ...signed, actor, createdAt: tx.now, replacedAt: null };
      await this.vault.replace(tx, entry);
      tx.publish(
        imageSignedV1,
        {
          recordId: entry.id,
          digest,
          reference: name,
          repository: null,
          keyId: key.id,
          signature: signature.toString('base64'),
          vault: { name, revision: entry.revision, replacedDigest: before?.digest ?? null },
        },
        { subject: name },
      );
      return entry;
    });
  }
}

function requireImageName(name: string): void {
  if (isImageName(name)) return;
  const message = 'must not be empty, begin or end with a blank, or hold a character that cannot be seen';
  throw new AssayError<SignerErrorCode>('invalid', 'signer.name-malformed', `The name ${message}.`, {
    fields: [{ field: 'name', message }],
  });
}
