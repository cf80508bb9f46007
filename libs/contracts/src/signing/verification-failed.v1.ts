import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** What was found wrong: the document itself, the statement about it, or a signature. */
export const failedChecks = ['document', 'attestation', 'signature'] as const;

/** When it was looked at: as a document was attested, before a rescan, or because somebody asked. */
export const verificationOccasions = ['attest', 'rescan', 'request'] as const;

/**
 * Published by the signer when a verification failed: a digest, a signature or a statement is not what it should be. Read by
 * alerting, which names its alert after occasion, check and role.
 */
export const verificationFailedV1 = defineEvent(
  'signing.verification.failed.v1',
  z.object({
    attestationId: z.uuid().nullable(),
    digest: z.string(),
    reason: z.string(),
    receiptId: z.uuid().nullable().optional(),
    /** What the document was to its request: `sbom`, `trivy_report`, … */
    role: z.string().nullable().optional(),
    check: z.enum(failedChecks).optional(),
    /** True where what should be there is not there at all. */
    missing: z.boolean().optional(),
    occasion: z.enum(verificationOccasions).optional(),
  }),
  { audited: true },
);
