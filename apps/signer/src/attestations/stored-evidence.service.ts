import { ArtifactStore } from '@assay/artifacts';
import { asAssayError, type Digest, type Uuid } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { verifyBytes } from '../keys/detached-signature.js';
import type { VerificationKey } from '../keys/key-ring.service.js';
import { publicKeyPem } from '../keys/signing-key.js';
import { ENVELOPE_MAX_BYTES } from '../limits.js';
import { WorkerThreads } from '../worker/worker-threads.service.js';
import type { SignedAttestation } from './attestations.store.js';

/** What can be said of a stored document. */
export const verificationStatuses = [
  'verified',
  'missing-document',
  'damaged-document',
  'missing-attestation',
  'damaged-attestation',
  'wrong-signature',
] as const;
export type VerificationStatus = (typeof verificationStatuses)[number];

/** What was found, in one sentence. The attestation is the one that failed, or the newest of those that hold. */
export interface Finding {
  readonly status: VerificationStatus;
  readonly attestationId: Uuid | null;
  readonly message: string;
}

/** Holds what lies in the store against its digests and signatures, reading all of it. */
@Injectable()
export class StoredEvidence {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly threads: WorkerThreads,
  ) {}

  /** The first thing that is wrong with a document or any of its attestations. */
  async examine(
    tenant: string,
    digest: Digest,
    attestations: readonly SignedAttestation[],
    keys: ReadonlyMap<string, VerificationKey>,
  ): Promise<Finding> {
    const document = await this.readDocument(tenant, digest);
    if (document !== null) return document;
    const [newest] = attestations;
    if (newest === undefined) return finding('missing-attestation', null, `Nothing attests ${digest}.`);
    for (const attestation of attestations) {
      const wrong = await this.examineAttestation(tenant, attestation, keys.get(attestation.keyId));
      if (wrong !== null) return wrong;
    }
    return finding('verified', newest.id, 'The document is the one that was attested.');
  }

  /** Reads it to its end, which checks the digest, and keeps nothing of it. */
  private async readDocument(tenant: string, digest: Digest): Promise<Finding | null> {
    try {
      const chunks = (await this.artifacts.open(tenant, digest))[Symbol.asyncIterator]();
      while ((await chunks.next()).done !== true);
      return null;
    } catch (error) {
      return findingOf(error, null, 'document');
    }
  }

  private async examineAttestation(
    tenant: string,
    { id, document, envelope, envelopeSignature, keyId, predicateType }: SignedAttestation,
    key: VerificationKey | undefined,
  ): Promise<Finding | null> {
    if (key === undefined) return finding('wrong-signature', id, `The tenant has no key ${keyId}.`);
    if (!key.isHandedOut)
      return finding('wrong-signature', id, `What is handed out as the key ${keyId} is another one.`);
    try {
      const json = await this.artifacts.read(tenant, envelope.digest, ENVELOPE_MAX_BYTES);
      if (envelopeSignature !== null && !verifyBytes(json, envelopeSignature, key.publicKey)) {
        return finding('wrong-signature', id, `The signature over the envelope is not that of the key ${keyId}.`);
      }
      const known = [{ keyId, publicKeyPem: publicKeyPem(key.publicKey) }];
      const outcome = await this.threads.run('check', { json, keys: known, digest: document.digest }, json.length);
      if (!outcome.verified) {
        return finding(outcome.failed === 'signature' ? 'wrong-signature' : 'damaged-attestation', id, outcome.message);
      }
      if (outcome.predicateType === predicateType) return null;
      return finding('damaged-attestation', id, `The statement is of another type than ${predicateType}.`);
    } catch (error) {
      return findingOf(error, id, 'attestation');
    }
  }
}

/** What an unreadable artifact says; anything else is no answer, and thrown again. */
function findingOf(error: unknown, attestationId: Uuid | null, what: 'document' | 'attestation'): Finding {
  const { code, message } = asAssayError(error);
  if (code === 'artifacts.missing') return finding(`missing-${what}`, attestationId, message);
  const damaged = ['artifacts.tampered', 'artifacts.too-large', 'signer.envelope-malformed', 'signer.bundle-malformed'];
  if (damaged.includes(code)) return finding(`damaged-${what}`, attestationId, message);
  throw error;
}

function finding(status: VerificationStatus, attestationId: Uuid | null, message: string): Finding {
  return { status, attestationId, message };
}
