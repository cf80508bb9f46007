import { z } from 'zod';
import { defineEvent } from '../define-event.js';

const credential = z.object({ credentialId: z.uuid(), kind: z.string(), role: z.string(), name: z.string() });

/** Published by the gateway when a credential was made. It never holds the secret or its hash. */
export const apiKeyCreatedV1 = defineEvent('ingest.api-key.created.v1', credential, { audited: true });

/** Published by the gateway when a credential was revoked; every gateway drops it from memory on hearing it. */
export const apiKeyRevokedV1 = defineEvent('ingest.api-key.revoked.v1', credential, { audited: true });

/** Published by the gateway when a caller was refused, at most once a minute per credential (or address) and route. */
export const accessDeniedV1 = defineEvent(
  'ingest.access.denied.v1',
  z.object({ credentialId: z.uuid().nullable(), route: z.string(), status: z.number().int(), address: z.string() }),
  { audited: true },
);
