import { createPublicKey, createVerify } from 'node:crypto';
import { ArtifactStore, type ArtifactContent } from '@assay/artifacts';
import { verificationFailedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { asAssayError, AssayError, type Digest, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { KnownKey } from '../attestations/read-envelope.js';
import { type Attestation, AttestationsStore } from '../attestations/attestations.store.js';
import { CANDIDATES_MAX, ENVELOPE_MAX_BYTES, KEYS_MAX } from '../limits.js';
import { KeysStore } from '../keys/keys.store.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { WorkerThreads } from '../worker/worker-threads.service.js';

/** What somebody wants to know of a document. Without attestation, envelope and signature: whatever is known of it. */
export interface BlobClaim {
  readonly digest: Digest;
  /** The document itself; a detached signature cannot be checked without it. */
  readonly blob: ArtifactContent | null;
  readonly attestationId: Uuid | null;
  /** DSSE envelope or Sigstore bundle as JSON, from elsewhere. */
  readonly envelope: Buffer | null;
  readonly signature: Buffer | null;
  /** The only key of the tenant that shall count. */
  readonly keyId: string | null;
}

/** One thing that is not as it should be. */
export interface VerificationFailure {
  readonly check: 'attestation' | 'digest' | 'envelope' | 'key' | 'signature';
  readonly message: string;
}

export interface BlobVerification {
  readonly verified: boolean;
  readonly attestationId: Uuid | null;
  readonly digest: Digest;
  readonly keyId: string | null;
  readonly predicateType: string | null;
  readonly failures: readonly VerificationFailure[];
}

type Proof = Pick<BlobVerification, 'attestationId' | 'keyId' | 'predicateType'>;

/** Says whether a document is what was attested or signed, and if not, what differs. A failure is told as an event too. */
@Injectable()
export class VerifyBlob {
  constructor(
    private readonly transactions: Transactions,
    private readonly attestations: AttestationsStore,
    private readonly keys: KeysStore,
    private readonly artifacts: ArtifactStore,
    private readonly threads: WorkerThreads,
  ) {}

  /** @throws AssayError `signer.no-such-attestation`, `signer.no-such-key`, `signer.envelope-malformed` and so on for what came with the request */
  async execute(caller: Principal, claim: BlobClaim): Promise<BlobVerification> {
    const keys = await this.keysFor(caller, claim.keyId);
    const failures: VerificationFailure[] = [];
    const proof = await this.prove(caller, claim, keys, failures);
    if (proof !== null) return { verified: true, digest: claim.digest, ...proof, failures: [] };
    const { attestationId, digest } = claim;
    const reason = failures.map(({ message }) => message).join(' ');
    await this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      tx.publish(verificationFailedV1, { attestationId, digest, reason }, { subject: digest });
    });
    return { verified: false, attestationId, digest, keyId: null, predicateType: null, failures };
  }

  private async keysFor({ tenant }: Principal, keyId: string | null): Promise<KnownKey[]> {
    const keys = await this.transactions.run(tenant, (tx) => this.keys.list(tx, KEYS_MAX));
    if (keyId === null) return keys;
    const wanted = keys.filter((key) => key.keyId === keyId);
    if (wanted.length > 0) return wanted;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-key', `There is no key ${keyId}.`);
  }

  private async prove(
    caller: Principal,
    claim: BlobClaim,
    keys: readonly KnownKey[],
    failures: VerificationFailure[],
  ): Promise<Proof | null> {
    const { digest, blob, envelope, signature } = claim;
    if (signature !== null) return proveSignature(blob, signature, keys, failures);
    if (envelope !== null) return this.proveEnvelope(null, envelope, digest, keys, failures);
    for (const attestation of await this.candidates(caller, claim, failures)) {
      const proof = await this.proveStored(caller, attestation, digest, keys, failures);
      if (proof !== null) return proof;
    }
    return null;
  }

  private async candidates(
    { tenant }: Principal,
    { attestationId, digest }: BlobClaim,
    failures: VerificationFailure[],
  ): Promise<Attestation[]> {
    if (attestationId !== null) {
      const found = await this.transactions.run(tenant, (tx) => this.attestations.find(tx, attestationId));
      if (found !== null) return [found];
      const message = `There is no attestation ${attestationId}.`;
      throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-attestation', message);
    }
    const found = await this.transactions.run(tenant, (tx) => this.attestations.list(tx, digest, null, CANDIDATES_MAX));
    if (found.length === 0) {
      const message = `Nothing attests ${digest}: this document was never attested, or was changed since.`;
      failures.push({ check: 'attestation', message });
    }
    return found;
  }

  private async proveStored(
    { tenant }: Principal,
    attestation: Attestation,
    digest: Digest,
    keys: readonly KnownKey[],
    failures: VerificationFailure[],
  ): Promise<Proof | null> {
    if (attestation.document.digest !== digest) {
      const message = `The document has the digest ${digest}, but what was attested has ${attestation.document.digest}: at least one byte differs.`;
      failures.push({ check: 'digest', message });
      return null;
    }
    const key = keys.filter(({ keyId }) => keyId === attestation.keyId);
    if (key.length === 0) {
      failures.push({ check: 'key', message: `The attestation was signed with the key ${attestation.keyId}.` });
      return null;
    }
    try {
      const json = await this.artifacts.read(tenant, attestation.envelope.digest, ENVELOPE_MAX_BYTES);
      return await this.proveEnvelope(attestation.id, json, digest, key, failures);
    } catch (error) {
      const { code, message } = asAssayError(error);
      if (code !== 'artifacts.tampered' && code !== 'artifacts.missing') throw error;
      failures.push({ check: 'envelope', message });
      return null;
    }
  }

  private async proveEnvelope(
    attestationId: Uuid | null,
    json: Buffer,
    digest: Digest,
    keys: readonly KnownKey[],
    failures: VerificationFailure[],
  ): Promise<Proof | null> {
    const outcome = await this.threads.run('check', { json, keys: keys.map(plain), digest }, json.length);
    if (outcome.verified) return { attestationId, keyId: outcome.keyId, predicateType: outcome.predicateType };
    const { failed, message } = outcome;
    const check = failed === 'signature' ? 'signature' : failed === 'subject' ? 'digest' : 'envelope';
    failures.push({ check, message });
    return null;
  }
}

async function proveSignature(
  blob: ArtifactContent | null,
  signature: Buffer,
  keys: readonly KnownKey[],
  failures: VerificationFailure[],
): Promise<Proof | null> {
  if (blob === null) {
    failures.push({
      check: 'signature',
      message: 'A detached signature is checked against the document, not its digest.',
    });
    return null;
  }
  for (const { keyId, publicKeyPem } of keys) {
    const verifier = createVerify('sha256');
    for await (const chunk of blob.content()) verifier.update(chunk);
    const key = createPublicKey(publicKeyPem);
    if (verifier.verify({ key, dsaEncoding: 'der' }, signature)) {
      return { attestationId: null, keyId, predicateType: null };
    }
  }
  const which = keys.length === 1 ? `the key ${keys[0]!.keyId}` : 'any key of this tenant';
  failures.push({ check: 'signature', message: `The signature is not that of ${which} over these bytes.` });
  return null;
}

/** Rows carry more than a thread needs to know. */
function plain({ keyId, publicKeyPem }: KnownKey): KnownKey {
  return { keyId, publicKeyPem };
}
