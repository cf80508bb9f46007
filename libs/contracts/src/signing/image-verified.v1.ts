import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** What became of it: `unknown` where nothing was ever signed to hold it against. */
export const imageOutcomes = ['verified', 'mismatch', 'unknown'] as const;

/** Published by the signer when somebody asked whether an image is the one that was signed, whatever the answer. Read by audit. */
export const imageVerifiedV1 = defineEvent(
  'signing.image.verified.v1',
  z.object({
    /** The signature it was held against; null where there was none. */
    recordId: z.uuid().nullable(),
    digest: z.string(),
    /** The base image's name in the vault; null for an image that was signed on its own. */
    vaultName: z.string().nullable(),
    outcome: z.enum(imageOutcomes),
    keyId: z.string().nullable(),
    message: z.string(),
  }),
  { audited: true },
);
