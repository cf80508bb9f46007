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
