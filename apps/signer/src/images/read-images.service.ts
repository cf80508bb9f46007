import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { SignerErrorCode } from '../signer.errors.js';
import { type ImageFilter, type ImageSignature, ImagesStore, type ImageVerificationRecord } from './images.store.js';

/** Gives out what was signed, and who held what against it. */
@Injectable()
export class ReadImages {
  constructor(
    private readonly transactions: Transactions,
    private readonly images: ImagesStore,
  ) {}

  async list(
    { tenant }: Principal,
    filter: ImageFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<ImageSignature[]> {
    return this.transactions.run(tenant, (tx) => this.images.list(tx, filter, before, limit));
  }

  /** @throws AssayError `signer.no-such-image`, of another tenant's too */
  async find({ tenant }: Principal, id: Uuid): Promise<ImageSignature> {
    const image = await this.transactions.run(tenant, (tx) => this.images.find(tx, id));
    if (image !== null) return image;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-image', `There is no signed image ${id}.`);
  }

  /** @throws AssayError `signer.no-such-image` */
  async verifications(
    caller: Principal,
    id: Uuid,
    before: Uuid | null,
    limit: number,
  ): Promise<ImageVerificationRecord[]> {
    await this.find(caller, id);
    return this.transactions.run(caller.tenant, (tx) => this.images.verifications(tx, id, before, limit));
  }
}
