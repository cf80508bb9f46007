import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** A signature over the name of an image's content. */
export interface ImageSignature {
  readonly id: Uuid;
  /** The text that was signed, to the letter. */
  readonly digest: string;
  readonly reference: string | null;
  readonly repository: string | null;
  readonly keyId: string;
  /** ASN.1 DER. */
  readonly signature: Buffer;
  readonly actor: string;
  readonly createdAt: Date;
}

/** What became of an image that somebody held against a signature. */
export interface ImageVerificationRecord {
  readonly id: Uuid;
  readonly signatureId: Uuid;
  readonly digest: string;
  readonly outcome: string;
  readonly actor: string;
  readonly verifiedAt: Date;
}

export interface ImageFilter {
  readonly digest: string | null;
  readonly repository: string | null;
}

const columns = `id, digest, reference, repository, key_id as "keyId", signature, actor, created_at as "createdAt"`;

/** Signed images of the transaction's tenant. */
export class ImagesStore {
  async add(tx: Transaction, image: ImageSignature): Promise<void> {
    await tx.query(
      `insert into image_signatures (tenant, id, digest, reference, repository, key_id, signature, actor, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        tx.tenant,
        image.id,
        image.digest,
        image.reference,
        image.repository,
        image.keyId,
        image.signature,
        image.actor,
        image.createdAt,
      ],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<ImageSignature | null> {
    const [row] = await tx.query<ImageSignature>(
      `select ${columns} from image_signatures where tenant = $1 and id = $2`,
      [tx.tenant, id],
    );
    return row ?? null;
  }

  /** Newest first, older than `before`. Which index serves depends on the filter, so that each has a statement of its own. */
  async list(
    tx: Transaction,
    { digest, repository }: ImageFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<ImageSignature[]> {
    if (digest !== null) {
      return tx.query<ImageSignature>(
        `select ${columns} from image_signatures
          where tenant = $1 and digest = $4 and ($5::text is null or repository = $5) and ($2::uuid is null or id < $2)
          order by id desc limit $3`,
        [tx.tenant, before, limit, digest, repository],
      );
    }
    if (repository !== null) {
      return tx.query<ImageSignature>(
        `select ${columns} from image_signatures
          where tenant = $1 and repository = $4 and ($2::uuid is null or id < $2) order by id desc limit $3`,
        [tx.tenant, before, limit, repository],
      );
    }
    return tx.query<ImageSignature>(
      `select ${columns} from image_signatures
        where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
  }

  async noteVerification(tx: Transaction, record: ImageVerificationRecord): Promise<void> {
    await tx.query(
      `insert into image_verifications (tenant, id, signature_id, digest, outcome, actor, verified_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [tx.tenant, record.id, record.signatureId, record.digest, record.outcome, record.actor, record.verifiedAt],
    );
  }

  /** Of one signature, newest first, older than `before`. */
  async verifications(
    tx: Transaction,
    signatureId: Uuid,
    before: Uuid | null,
    limit: number,
  ): Promise<ImageVerificationRecord[]> {
    return tx.query<ImageVerificationRecord>(
      `select id, signature_id as "signatureId", digest, outcome, actor, verified_at as "verifiedAt" from image_verifications
        where tenant = $1 and signature_id = $4 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit, signatureId],
    );
  }
}
