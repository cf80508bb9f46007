import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by the signer when it has signed verdicts, one event for all that it signed together. Each envelope is named by
 * the digest of its JSON, so that the log can prove which statement was signed; who wants it asks for the run's verdict.
 * It ends no stage: that documents are attested is said by `attestation.created`.
 */
export const verdictsSignedV1 = defineEvent(
  'signing.verdicts.signed.v1',
  z.object({
    keyId: z.string(),
    predicateType: z.string(),
    verdicts: z.array(z.object({ runId: z.uuid(), receiptId: z.uuid(), envelope: z.string() })),
  }),
  { audited: true },
);
