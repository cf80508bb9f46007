import { ArtifactStore } from '@assay/artifacts';
import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ENVELOPE_MAX_BYTES } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { WorkerThreads } from '../worker/worker-threads.service.js';
import {
  type Attestation,
  type AttestationFilter,
  AttestationsStore,
  type PlaceInReceipt,
} from './attestations.store.js';

/** Gives out a stored envelope, verified against its digest. */
@Injectable()
export class ReadAttestation {
  constructor(
    private readonly transactions: Transactions,
    private readonly attestations: AttestationsStore,
    private readonly artifacts: ArtifactStore,
    private readonly threads: WorkerThreads,
  ) {}

  /** Newest first, behind `before`; with a receipt each has the role that its document had there. */
  async list(
    { tenant }: Principal,
    { digest, receiptId }: AttestationFilter,
    before: PlaceInReceipt | null,
    limit: number,
  ): Promise<(Attestation & { readonly role?: string })[]> {
    return this.transactions.run(tenant, (tx) =>
      receiptId === null
        ? this.attestations.list(tx, digest, before?.id ?? null, limit)
        : this.attestations.listOfReceipt(tx, receiptId, digest, before, limit),
    );
  }

  /** How many the list has in all. */
  async count({ tenant }: Principal, filter: AttestationFilter): Promise<number> {
    return this.transactions.run(tenant, (tx) => this.attestations.count(tx, filter));
  }

  /** @throws AssayError `signer.no-such-attestation`, of another tenant's too */
  async find({ tenant }: Principal, id: Uuid): Promise<Attestation> {
    const attestation = await this.transactions.run(tenant, (tx) => this.attestations.find(tx, id));
    if (attestation !== null) return attestation;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-attestation', `There is no attestation ${id}.`);
  }

  /** The DSSE envelope as JSON. @throws AssayError as `ArtifactStore.read` does */
  async envelope({ tenant }: Principal, { envelope }: Attestation): Promise<Buffer> {
    return this.artifacts.read(tenant, envelope.digest, ENVELOPE_MAX_BYTES);
  }

  /**
   * The signature over the envelope's JSON, ASN.1 DER: the same at every call.
   * @throws AssayError `signer.no-such-attestation`, for one that was made before envelopes were signed too
   */
  async signature({ tenant }: Principal, id: Uuid): Promise<Buffer> {
    const signature = await this.transactions.run(tenant, (tx) => this.attestations.envelopeSignature(tx, id));
    if (signature) return signature;
    const message =
      signature === null ? `The envelope of the attestation ${id} is not signed.` : `There is no attestation ${id}.`;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-attestation', message);
  }

  /** The same as a Sigstore bundle. */
  async bundle(caller: Principal, attestation: Attestation): Promise<Buffer> {
    const json = await this.envelope(caller, attestation);
    return (await this.threads.run('bundle', { json }, json.length)).bundle;
  }
}
