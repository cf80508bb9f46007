import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by the signer when the tenant's key signed the name of an image's content, on its own or as the trusted content
 * of a base image in the tenant's vault. Read by audit.
 */
export const imageSignedV1 = defineEvent(
  'signing.image.signed.v1',
  z.object({
    recordId: z.uuid(),
    /** The text that was signed, for example `registry.example/app@sha256:…`. */
    digest: z.string(),
    /** The reference that the caller knows the image by; null where none was given. */
    reference: z.string().nullable(),
    repository: z.string().nullable(),
    keyId: z.string(),
    /** ECDSA over SHA-256, ASN.1 DER, in base64. */
    signature: z.string(),
    /** The vault's entry; null for an image that was signed on its own. */
    vault: z
      .object({ name: z.string(), revision: z.number().int().positive(), replacedDigest: z.string().nullable() })
      .nullable(),
  }),
  { audited: true },
);
