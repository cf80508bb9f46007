import { ArtifactStore } from '@assay/artifacts';
import { verificationFailedV1 } from '@assay/contracts';
import { asAssayError, AssayError, type Digest, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { PREDICATE_MAX_BYTES } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { AttestationsStore } from './attestations.store.js';

/** A document of a receipt, as far as it matters for reading it. */
export interface DocumentOfReceipt {
  readonly tenant: string;
  readonly receiptId: Uuid;
  readonly digest: Digest;
  readonly size: number;
  /** What it was to its request. */
  readonly role: string;
}

/** Reads documents that are to be attested, and speaks up when one is not there or not what its digest says. */
@Injectable()
export class DocumentReader {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly transactions: Transactions,
    private readonly attestations: AttestationsStore,
  ) {}

  /**
   * The bytes, or null where they are too many to be carried. Those are read too: a signature must not vouch for a digest that
   * nothing in the store has.
   * @throws AssayError `signer.document-tampered` (`invalid`: no repetition will mend it), `artifacts.missing`
   */
  async read(document: DocumentOfReceipt): Promise<Buffer | null> {
    try {
      // Twice, should the first have been a fault of that read alone.
      return await this.verified(document).catch((error: unknown) => {
        if (asAssayError(error).code !== 'artifacts.tampered') throw error;
        return this.verified(document);
      });
    } catch (error) {
      const { code, message } = asAssayError(error);
      if (code !== 'artifacts.tampered' && code !== 'artifacts.missing') throw error;
      await this.tell(document, message, code === 'artifacts.missing');
      if (code === 'artifacts.missing') throw error;
      throw new AssayError<SignerErrorCode>('invalid', 'signer.document-tampered', message, { cause: error });
    }
  }

  private async verified({ tenant, digest, size }: DocumentOfReceipt): Promise<Buffer | null> {
    if (size <= PREDICATE_MAX_BYTES) return this.artifacts.read(tenant, digest, PREDICATE_MAX_BYTES);
    let bytes = 0;
    for await (const chunk of await this.artifacts.open(tenant, digest)) bytes += chunk.length;
    if (bytes === size) return null;
    const message = `The document ${digest} has ${bytes} bytes, not the ${size} that its receipt says.`;
    throw new AssayError<SignerErrorCode>('invalid', 'signer.document-tampered', message);
  }

  /** In a transaction of its own, as the handler's is about to be rolled back; once, as the handler is tried again. */
  private async tell(
    { tenant, receiptId, digest, role }: DocumentOfReceipt,
    reason: string,
    missing: boolean,
  ): Promise<void> {
    await this.transactions.run({ tenant, correlationId: receiptId }, async (tx) => {
      if (!(await this.attestations.noteFailure(tx, receiptId, digest, reason))) return;
      const about = { attestationId: null, digest, reason, receiptId, role } as const;
      const failed = { ...about, check: 'document', missing, occasion: 'attest' } as const;
      tx.publish(verificationFailedV1, failed, { subject: digest });
    });
  }
}
