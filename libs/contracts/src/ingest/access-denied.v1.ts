import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by the gateway when a caller was refused, at most once a minute per credential (or address) and route. */
export const accessDeniedV1 = defineEvent(
  'ingest.access.denied.v1',
  z.object({ credentialId: z.uuid().nullable(), route: z.string(), status: z.number().int(), address: z.string() }),
  { audited: true },
);
