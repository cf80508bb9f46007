import { defineEvent } from '../define-event.js';
import { credentialSchema } from '../model/credential.js';

/** Published by the gateway when a credential was revoked; every gateway drops it from memory on hearing it. */
export const apiKeyRevokedV1 = defineEvent('ingest.api-key.revoked.v1', credentialSchema, { audited: true });
