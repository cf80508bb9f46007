import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { receivedSignal } from '../model/signal.js';

/**
 * Published by the gateway when new signals were accepted: never one that was there before, never more than fit into a
 * message. Read by case-engine (keeps and groups them) and compliance (learns of hosts). Audit records `signals.accepted`.
 */
export const signalsReceivedV1 = defineEvent(
  'ingest.signals.received.v1',
  z.object({ signals: z.array(receivedSignal).min(1) }),
);
