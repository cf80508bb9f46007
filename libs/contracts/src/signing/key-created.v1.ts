import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the signer when a tenant's signing key was made, at first use or by rotation. */
export const keyCreatedV1 = defineEvent(
  'signing.key.created.v1',
  z.object({ keyId: z.string(), algorithm: z.string(), publicKeyPem: z.string() }),
  { audited: true },
);
