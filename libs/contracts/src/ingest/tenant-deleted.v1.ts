import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway when a tenant was closed: its credentials are revoked, its slug is not given away again. */
export const tenantDeletedV1 = defineEvent('ingest.tenant.deleted.v1', z.object({ slug: z.string() }), {
  audited: true,
});
