import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by the gateway with each group of signals that it committed, for the audit log: how many, from which hosts,
 * and the SHA-256 over `<hostId>\n<signalId>\n<digest>\n` of each in the order of acceptance.
 */
export const signalsAcceptedV1 = defineEvent(
  'ingest.signals.accepted.v1',
  z.object({ signals: z.number().int(), hosts: z.number().int(), digest: z.string() }),
  { audited: true },
);
