import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';

/** Published by the signer when it has signed an in-toto statement about a document. Ends the receipt's `attest` stage. */
export const attestationCreatedV1 = defineEvent(
  'signing.attestation.created.v1',
  z.object({
    attestationId: z.uuid(),
    receiptId: z.uuid().nullable(),
    document: artifactRef,
    predicateType: z.string(),
    envelope: artifactRef,
    keyId: z.string(),
  }),
  { audited: true, stage: 'attest' },
);

/** Published by the signer when a verification failed: a digest, a signature or a statement is not what it should be. */
export const verificationFailedV1 = defineEvent(
  'signing.verification.failed.v1',
  z.object({ attestationId: z.uuid().nullable(), digest: z.string(), reason: z.string() }),
  { audited: true },
);

/** Published by the signer when a tenant's signing key was made, at first use or by rotation. */
export const keyCreatedV1 = defineEvent(
  'signing.key.created.v1',
  z.object({ keyId: z.string(), algorithm: z.string(), publicKeyPem: z.string() }),
  { audited: true },
);
