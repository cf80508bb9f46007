import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { credentialSchema } from '../model/credential.js';

/**
 * Published by the gateway when a credential was switched off or on again, or got another scope; every gateway drops it from
 * memory on hearing it.
 */
export const apiKeyChangedV1 = defineEvent(
  'ingest.api-key.changed.v1',
  credentialSchema.extend({
    enabled: z.boolean(),
    /** As it is from now on, where that is what changed. */
    scope: z.object({ repositories: z.array(z.string()).nullable(), hosts: z.array(z.string()).nullable() }).optional(),
  }),
  { audited: true },
);
