import { verificationFailedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Digest, Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../keys/key-ring.service.js';
import { VERIFY_CONCURRENCY, VERIFY_MAX_ATTESTATIONS } from '../limits.js';
import { AttestationsStore, type SignedAttestation } from './attestations.store.js';
import { type Finding, StoredEvidence } from './stored-evidence.service.js';

/** A stored document to be verified, and what an alert has to name should it fail. */
export interface DocumentClaim {
  readonly digest: Digest;
  readonly receiptId: Uuid | null;
  /** What it was to its request: `sbom`, `trivy_report`, … */
  readonly role: string | null;
}

export interface DocumentVerification extends DocumentClaim, Finding {}

/**
 * Says of stored documents whether they are what was accepted and attested: their bytes, the statements about them, and the
 * signatures over both. Every failure is told as an event. What is asked twice is read once.
 */
@Injectable()
export class VerifyDocuments {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly attestations: AttestationsStore,
    private readonly evidence: StoredEvidence,
  ) {}

  /** In the order of the claims. */
  async execute({ tenant, actor, role }: Principal, claims: readonly DocumentClaim[]): Promise<DocumentVerification[]> {
    const digests = [...new Set(claims.map(({ digest }) => digest))];
    const { known, keys } = await this.transactions.run(tenant, async (tx) => {
      const found = await this.attestations.signedOf(tx, digests, VERIFY_MAX_ATTESTATIONS);
      const keyIds = [...new Set(found.map(({ keyId }) => keyId))];
      const own = await this.keyRing.verificationKeys(tx, keyIds);
      return {
        known: Map.groupBy(found, ({ document }) => document.digest),
        keys: new Map(own.map((key) => [key.keyId, key])),
      };
    });
    const findings = await inTurn(digests, (digest) =>
      this.evidence.examine(tenant, digest, known.get(digest) ?? ([] as SignedAttestation[]), keys),
    );
    const verifications = claims.map((claim) => ({ ...claim, ...findings.get(claim.digest)! }));
    const failed = verifications.filter(({ status }) => status !== 'verified');
    if (failed.length === 0) return verifications;
    const occasion = role === 'service' ? 'rescan' : 'request';
    await this.transactions.run({ tenant, actor }, async (tx) => {
      for (const { digest, receiptId, role: of, attestationId, status, message: reason } of failed) {
        const missing = status.startsWith('missing-');
        const about = { attestationId, digest, reason, receiptId, role: of };
        tx.publish(
          verificationFailedV1,
          { ...about, check: checks[status], missing, occasion },
          { subject: digest, correlationId: receiptId },
        );
      }
    });
    return verifications;
  }
}

const checks = {
  verified: 'document',
  'missing-document': 'document',
  'damaged-document': 'document',
  'missing-attestation': 'attestation',
  'damaged-attestation': 'attestation',
  'wrong-signature': 'signature',
} as const satisfies Record<Finding['status'], 'document' | 'attestation' | 'signature'>;

/** Does the work of each, `VERIFY_CONCURRENCY` at a time. */
async function inTurn<Key, Value>(keys: readonly Key[], work: (key: Key) => Promise<Value>): Promise<Map<Key, Value>> {
  const done = new Map<Key, Value>();
  const waiting = keys.values();
  const worker = async (): Promise<void> => {
    for (const key of waiting) done.set(key, await work(key));
  };
  await Promise.all(Array.from({ length: VERIFY_CONCURRENCY }, worker));
  return done;
}
