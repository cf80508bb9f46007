import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';

const attestedDocument = z.object({
  attestationId: z.uuid(),
  document: artifactRef,
  predicateType: z.string(),
  envelope: artifactRef,
  keyId: z.string(),
  /** What the document was to its request; absent in events of before it was told. */
  role: z.string().optional(),
  /** Whether the attestation passed when it was verified at once, with the public key as it is handed out. */
  verified: z.boolean().optional(),
});

/**
 * Published by the signer when the documents of a receipt are attested by signed in-toto statements, each verified at once.
 * Ends the receipt's `attest` stage. Of several documents the first stands at the top, the others in `alongside`.
 */
export const attestationCreatedV1 = defineEvent(
  'signing.attestation.created.v1',
  attestedDocument.extend({ receiptId: z.uuid().nullable(), alongside: z.array(attestedDocument).optional() }),
  { audited: true, stage: 'attest' },
);
