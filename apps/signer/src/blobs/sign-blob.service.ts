import { createSign } from 'node:crypto';
import type { ArtifactContent } from '@assay/artifacts';
import type { Principal } from '@assay/identity';
import type { Digest } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.service.js';

/** A detached signature over a blob. */
export interface BlobSignature {
  readonly digest: Digest;
  readonly size: number;
  readonly keyId: string;
  /** ECDSA over SHA-256, ASN.1 DER: what `cosign verify-blob --signature` takes in base64. */
  readonly signature: Buffer;
}

/** Signs a blob of any size with the tenant's key. */
@Injectable()
export class SignBlob {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
  ) {}

  async execute({ tenant, actor }: Principal, blob: ArtifactContent): Promise<BlobSignature> {
    const key = await this.transactions.run({ tenant, actor }, (tx) => this.keyRing.active(tx));
    const signer = createSign('sha256');
    for await (const chunk of blob.content()) signer.update(chunk);
    const signature = signer.sign({ key: key.privateKey, dsaEncoding: 'der' });
    return { digest: blob.digest, size: blob.size, keyId: key.id, signature };
  }
}
