import { defineEvent } from '../define-event.js';
import { credentialSchema } from '../model/credential.js';

/** Published by the gateway when a credential was made. It never holds the secret or its hash. */
export const apiKeyCreatedV1 = defineEvent('ingest.api-key.created.v1', credentialSchema, { audited: true });
