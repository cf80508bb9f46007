import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { signalStatuses } from '../model/signal.js';

/** Published by case-engine when somebody changed signals: who, is the envelope's `actor`. */
export const signalsChangedV1 = defineEvent(
  'cases.signals.changed.v1',
  z.object({
    signals: z
      .array(
        z.object({
          id: z.uuid(),
          signalId: z.string(),
          hostId: z.string(),
          from: z.enum(signalStatuses),
          to: z.enum(signalStatuses),
        }),
      )
      .min(1),
    assignee: z.string().nullable(),
    comment: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  { audited: true },
);
