import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/**
 * Published by the gateway when signals were answered and yet not taken in: without the fields that make a signal, for a
 * host that their key may not speak for, or under an id that another content has. They lie with the dead letters.
 */
export const signalsSetAsideV1 = defineEvent(
  'ingest.signals.set-aside.v1',
  z.object({
    signals: z.array(
      z.object({
        deadLetterId: z.uuid(),
        hostId: z.string().nullable(),
        signalId: z.string().nullable(),
        code: z.string(),
        message: z.string(),
      }),
    ),
  }),
  { audited: true },
);
