import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway when a tenant came to be. Every service that knows tenants by name copies it. */
export const tenantCreatedV1 = defineEvent(
  'ingest.tenant.created.v1',
  z.object({ slug: z.string(), displayName: z.string(), publisher: z.string().nullable() }),
  { audited: true },
);
