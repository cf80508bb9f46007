import { createPublicKey, type KeyObject } from 'node:crypto';
import { ArtifactStore } from '@assay/artifacts';
import { attestationCreatedV1, type documentReceivedV1, type EventOf, verificationFailedV1 } from '@assay/contracts';
import { AssayError, type Digest, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SigningKey } from '../keys/signing-key.js';
import { INLINE_MAX_BYTES } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { WorkerThreads } from '../worker/worker-threads.service.js';
import { type AttestFailure, serves } from './attest.js';
import { type Attestation, AttestationsStore, ENVELOPE_MEDIA_TYPE, type NewAttestation } from './attestations.store.js';
import { DocumentReader } from './document-reader.service.js';
import { type ReceivedKind, receivedKindOf } from './received-kind.js';

type Received = EventOf<typeof documentReceivedV1>;

/** One document to be attested, of which several receipts may speak. */
interface Wanted {
  readonly kind: ReceivedKind;
  readonly received: Received;
  readonly document: Received['data']['documents'][number];
}

interface Made {
  readonly wanted: Wanted;
  readonly attestation: NewAttestation;
  readonly failure: AttestFailure | null;
}

/** What signs, and what is verified with at once. */
interface Keys {
  readonly key: SigningKey;
  readonly handedOut: KeyObject;
}

/**
 * Attests the documents of receipts, all of one tenant, in one transaction, and verifies what it made. Bytes that this key
 * has attested before are not signed again: their receipt is told of the attestation there is.
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
    const { key, handedOut } = await this.keyRing.activeAsHandedOut(tx);
    const wanted = events.flatMap((received) =>
      received.data.documents.map((document): Wanted => ({
        kind: receivedKindOf(received.data, document),
        received,
        document,
      })),
    );
    const found = await this.find(tx, wanted, key);
    const fresh = firstOfEach(wanted).filter((each) => !found.has(keyOf(each)));
    const made = await this.attestAll(tx, fresh, { key, handedOut: createPublicKey(handedOut) });
    const added = await this.attestations.add(
      tx,
      made.map(({ attestation }) => attestation),
    );
    for (const each of made) if (added.has(each.attestation.id)) found.set(keyOf(each.wanted), each.attestation);
    // A twin in another transaction was first, and has committed: its attestations are ours.
    if (added.size < made.length) for (const [name, each] of await this.find(tx, wanted, key)) found.set(name, each);
    const attested = wanted.map((each) => ({ ...each, attestation: attestationOf(each, found) }));
    await this.attestations.assign(
      tx,
      attested.map(({ received, document, attestation }) => ({
        receiptId: received.data.receiptId,
        attestationId: attestation.id,
        role: document.role,
      })),
    );
    for (const received of events)
      publish(
        tx,
        received,
        attested.filter((each) => each.received === received),
      );
    for (const each of made) if (added.has(each.attestation.id)) tellFailure(tx, each);
  }

  /** What is attested already, by what is wanted. */
  private async find(tx: Transaction, wanted: readonly Wanted[], key: SigningKey): Promise<Map<string, Attestation>> {
    const digests = [...new Set(wanted.map(({ document }) => document.digest))];
    const known = Map.groupBy(
      await this.attestations.ofDocuments(tx, digests, key.id),
      ({ document }) => document.digest,
    );
    const found = new Map<string, Attestation>();
    for (const each of wanted) {
      const match = known.get(each.document.digest)?.find(({ predicateType }) => serves(each.kind, predicateType));
      if (match !== undefined) found.set(keyOf(each), match);
    }
    return found;
  }

  /** Small ones at once, because they mostly wait for the store; large ones in turn, because each takes 40 MiB. */
  private async attestAll(tx: Transaction, fresh: readonly Wanted[], keys: Keys): Promise<Made[]> {
    const isLarge = ({ document }: Wanted): boolean => document.size > INLINE_MAX_BYTES;
    const small = fresh.filter((each) => !isLarge(each));
    const made = await Promise.all(small.map((each) => this.attest(tx, each, keys)));
    for (const each of fresh.filter(isLarge)) made.push(await this.attest(tx, each, keys));
    return made;
  }

  private async attest(tx: Transaction, wanted: Wanted, { key, handedOut }: Keys): Promise<Made> {
    const { kind, received, document } = wanted;
    const { receiptId } = received.data;
    const { digest, size, mediaType, role } = document;
    const bytes = await this.reader.read({ tenant: tx.tenant, receiptId, digest, size, role });
    const input = { document: { kind, role, digest, mediaType, bytes }, key, handedOut };
    const { predicateType, envelope, envelopeSignature, failure } = await this.threads.run(
      'attest',
      input,
      bytes?.length ?? 0,
    );
    const attestation = {
      id: newId(),
      receiptId,
      document: { digest, size, mediaType },
      predicateType,
      envelope: await this.artifacts.put(tx.tenant, envelope, ENVELOPE_MEDIA_TYPE),
      envelopeSignature,
      keyId: key.id,
      verified: failure === null,
      createdAt: tx.now,
    };
    return { wanted, attestation, failure };
  }
}

function publish(
  tx: Transaction,
  received: Received,
  attested: readonly (Wanted & { readonly attestation: Attestation })[],
): void {
  const [first, ...others] = attested.map(({ document, attestation }) => {
    const { id: attestationId, predicateType, envelope, keyId, verified } = attestation;
    const { digest, size, mediaType, role } = document;
    const known = { attestationId, document: { digest, size, mediaType }, predicateType, envelope, keyId, role };
    return verified === null ? known : { ...known, verified };
  });
  if (first === undefined) return;
  const { receiptId } = received.data;
  const alongside = others.length === 0 ? {} : { alongside: others };
  const options = { subject: first.document.digest, because: received };
  tx.publish(attestationCreatedV1, { receiptId, ...first, ...alongside }, options);
}

function tellFailure(tx: Transaction, { wanted: { received, document }, attestation, failure }: Made): void {
  if (failure === null) return;
  const { digest, role } = document;
  const { receiptId } = received.data;
  const { check, message: reason } = failure;
  const data = { attestationId: attestation.id, digest, reason, receiptId, role, check, occasion: 'attest' } as const;
  tx.publish(verificationFailedV1, data, { subject: digest, because: received });
}

function attestationOf(wanted: Wanted, found: ReadonlyMap<string, Attestation>): Attestation {
  const attestation = found.get(keyOf(wanted));
  if (attestation !== undefined) return attestation;
  const message = `The document ${wanted.document.digest} is being attested by somebody else.`;
  throw new AssayError<SignerErrorCode>('conflict', 'signer.no-such-attestation', message);
}

/** Two documents with the same key need one attestation. */
function keyOf({ kind, document }: Wanted): `${ReceivedKind} ${Digest}` {
  return `${kind} ${document.digest}`;
}

function firstOfEach(wanted: readonly Wanted[]): Wanted[] {
  return [...new Map(wanted.toReversed().map((each) => [keyOf(each), each])).values()].toReversed();
}
