import { imageSignedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { signBytes } from '../keys/detached-signature.js';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { isImageDigest } from './image-digest.js';
import { type ImageSignature, ImagesStore } from './images.store.js';

export interface SignImageCommand {
  /** What is signed, to the letter and without a line break: `registry.example/app@sha256:…`. */
  readonly digest: string;
  readonly reference: string | null;
  readonly repository: string | null;
}

/** Signs the name of an image's content with the tenant's key, and keeps the signature. */
@Injectable()
export class SignImage {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly images: ImagesStore,
  ) {}

  /** @throws AssayError `signer.digest-malformed` */
  async execute({ tenant, actor }: Principal, command: SignImageCommand): Promise<ImageSignature> {
    requireImageDigest(command.digest);
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const key = await this.keyRing.active(tx);
      const signature = signBytes(Buffer.from(command.digest), key);
      const image = { ...command, id: newId(), keyId: key.id, signature, actor, createdAt: tx.now };
      await this.images.add(tx, image);
      const { id: recordId, digest, reference, repository, keyId } = image;
      tx.publish(
        imageSignedV1,
        { recordId, digest, reference, repository, keyId, signature: signature.toString('base64'), vault: null },
        { subject: digest },
      );
      return image;
    });
  }
}

/** @throws AssayError `signer.digest-malformed` unless the text names an image's content */
export function requireImageDigest(digest: string): void {
  if (isImageDigest(digest)) return;
  const message = 'must name content, for example registry.example/app@sha256: and 64 hexadecimal digits';
  throw new AssayError<SignerErrorCode>('invalid', 'signer.digest-malformed', `The digest ${message}.`, {
    fields: [{ field: 'digest', message }],
  });
}
