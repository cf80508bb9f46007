import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the signer when a verification failed: a digest, a signature or a statement is not what it should be. */
export const verificationFailedV1 = defineEvent(
  'signing.verification.failed.v1',
  z.object({ attestationId: z.uuid().nullable(), digest: z.string(), reason: z.string() }),
  { audited: true },
);
