import { ArtifactStore } from '@assay/artifacts';
import { attestationCreatedV1, type documentReceivedV1, type EventOf, sbomReader } from '@assay/contracts';
import { AssayError, type Digest, newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SigningKey } from '../keys/signing-key.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { WorkerThreads } from '../worker/worker-threads.service.js';
import { type ReceivedKind, serves } from './attest.js';
import { type Attestation, AttestationsStore, ENVELOPE_MEDIA_TYPE } from './attestations.store.js';
import { DocumentReader } from './document-reader.service.js';

type Received = EventOf<typeof documentReceivedV1>;

/** One document to be attested, of which several receipts may speak. */
interface Wanted {
  readonly kind: ReceivedKind;
  readonly receiptId: Uuid;
  readonly document: Received['data']['documents'][number];
}

/**
 * Attests the documents of receipts, all of one tenant, in one transaction. Bytes that this key has attested before are not
 * signed again: their receipt is told of the attestation there is.
 */
@Injectable()
export class AttestDocuments {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly reader: DocumentReader,
    private readonly artifacts: ArtifactStore,
    private readonly attestations: AttestationsStore,
    private readonly threads: WorkerThreads,
  ) {}

  async execute(tx: Transaction, events: readonly Received[]): Promise<void> {
    const key = await this.keyRing.active(tx);
    const wanted = events.flatMap(({ data: { kind, receiptId, documents } }) =>
      documents.map((document): Wanted => ({ kind: kindOf(kind, document), receiptId, document })),
    );
    const found = await this.find(tx, wanted, key);
    const fresh = wanted.filter((each, at) => !found.has(keyOf(each)) && isFirst(wanted, at));
    const made = await Promise.all(fresh.map((each) => this.attest(tx, each, key)));
    const added = await this.attestations.add(tx, made);
    made.forEach((attestation, at) => added.has(attestation.id) && found.set(keyOf(fresh[at]!), attestation));
    if (added.size < made.length) await this.adopt(tx, wanted, key, found);
    for (const event of events) publish(tx, event, found);
  }

  /** What is attested already, by what is wanted. */
  private async find(tx: Transaction, wanted: readonly Wanted[], key: SigningKey): Promise<Map<string, Attestation>> {
    const digests = [...new Set(wanted.map(({ document }) => document.digest))];
    const known = await this.attestations.ofDocuments(tx, digests, key.id);
    const found = new Map<string, Attestation>();
    for (const each of wanted) {
      const match = known.find(
        ({ document, predicateType }) => document.digest === each.document.digest && serves(each.kind, predicateType),
      );
      if (match !== undefined) found.set(keyOf(each), match);
    }
    return found;
  }

  /** A twin in another transaction was first, and has committed: its attestations are ours. */
  private async adopt(
    tx: Transaction,
    wanted: readonly Wanted[],
    key: SigningKey,
    found: Map<string, Attestation>,
  ): Promise<void> {
    for (const [name, attestation] of await this.find(tx, wanted, key)) found.set(name, attestation);
  }

  private async attest(tx: Transaction, { kind, receiptId, document }: Wanted, key: SigningKey): Promise<Attestation> {
    const { digest, size, mediaType, role } = document;
    const bytes = await this.reader.read({ tenant: tx.tenant, receiptId, digest, size });
    const input = { document: { kind, role, digest, mediaType, bytes }, key };
    const { predicateType, envelope } = await this.threads.run('attest', input, bytes?.length ?? 0);
    const stored = await this.artifacts.put(tx.tenant, envelope, ENVELOPE_MEDIA_TYPE);
    return {
      id: newId(),
      receiptId,
      document: { digest, size, mediaType },
      predicateType,
      envelope: stored,
      keyId: key.id,
      createdAt: tx.now,
    };
  }
}

function publish(tx: Transaction, received: Received, found: ReadonlyMap<string, Attestation>): void {
  const { data } = received;
  for (const document of data.documents) {
    const attestation = found.get(keyOf({ kind: kindOf(data.kind, document), receiptId: data.receiptId, document }));
    if (attestation === undefined) {
      const message = `The document ${document.digest} is being attested by somebody else.`;
      throw new AssayError<SignerErrorCode>('conflict', 'signer.no-such-attestation', message);
    }
    const { id: attestationId, predicateType, envelope, keyId } = attestation;
    const { digest, size, mediaType } = document;
    tx.publish(
      attestationCreatedV1,
      {
        attestationId,
        receiptId: data.receiptId,
        document: { digest, size, mediaType },
        predicateType,
        envelope,
        keyId,
      },
      { subject: digest, because: received },
    );
  }
}

/** Two documents with the same key need one attestation. */
/** What a document is attested as: in a bundle its reader says it. */
function kindOf(kind: Received['data']['kind'], { reader }: Wanted['document']): ReceivedKind {
  return kind === 'sbom' || reader === sbomReader ? 'sbom' : 'report';
}

function keyOf({ kind, document }: Wanted): `${ReceivedKind} ${Digest}` {
  return `${kind} ${document.digest}`;
}

function isFirst(wanted: readonly Wanted[], at: number): boolean {
  return wanted.findIndex((each) => keyOf(each) === keyOf(wanted[at]!)) === at;
}
