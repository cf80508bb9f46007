import { imageVerifiedV1, verificationFailedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, newId, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { verifyBytes } from '../keys/detached-signature.js';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { type ImageSignature, ImagesStore } from './images.store.js';

export interface ImageVerification {
  /** `unknown` where this tenant never signed such a digest. */
  readonly outcome: 'verified' | 'mismatch' | 'unknown';
  readonly recordId: Uuid | null;
  readonly keyId: string | null;
  readonly message: string;
}

/** Says whether an image is one that the tenant signed. The answer is kept with the signature, whatever it is. */
@Injectable()
export class VerifyImage {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly images: ImagesStore,
  ) {}

  /**
   * Against one signature, or the newest of this digest.
   * @throws AssayError `signer.no-such-image`, of another tenant's record too
   */
  async execute({ tenant, actor }: Principal, digest: string, recordId: Uuid | null): Promise<ImageVerification> {
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const image = recordId === null ? await this.newest(tx, digest) : await this.required(tx, recordId);
      const verification = await this.judge(tx, digest, image);
      const { outcome, keyId, message } = verification;
      if (image !== null) {
        const id = newId();
        const record = { id, signatureId: image.id, digest, outcome, actor, verifiedAt: tx.now };
        await this.images.noteVerification(tx, record);
      }
      const told = { recordId: image?.id ?? null, digest, vaultName: null, outcome, keyId, message };
      tx.publish(imageVerifiedV1, told, { subject: digest });
      if (outcome === 'mismatch') {
        const failed = {
          attestationId: null,
          digest,
          reason: message,
          check: 'signature',
          occasion: 'request',
        } as const;
        tx.publish(verificationFailedV1, failed, { subject: digest });
      }
      return verification;
    });
  }

  private async newest(tx: Transaction, digest: string): Promise<ImageSignature | null> {
    const [image] = await this.images.list(tx, { digest, repository: null }, null, 1);
    return image ?? null;
  }

  private async required(tx: Transaction, id: Uuid): Promise<ImageSignature> {
    const image = await this.images.find(tx, id);
    if (image !== null) return image;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-image', `There is no signed image ${id}.`);
  }

  private async judge(tx: Transaction, digest: string, image: ImageSignature | null): Promise<ImageVerification> {
    if (image === null) {
      return { outcome: 'unknown', recordId: null, keyId: null, message: 'No image of this digest was ever signed.' };
    }
    const { id: recordId, keyId, signature } = image;
    if (image.digest !== digest) {
      return { outcome: 'mismatch', recordId, keyId, message: `What was signed is ${image.digest}.` };
    }
    const publicKey = await this.keyRing.publicKey(tx, keyId);
    return publicKey !== null && verifyBytes(Buffer.from(digest), signature, publicKey)
      ? { outcome: 'verified', recordId, keyId, message: 'This is the image that was signed.' }
      : {
          outcome: 'mismatch',
          recordId,
          keyId,
          message: 'The stored signature is not that of the key over this digest.',
        };
  }
}
