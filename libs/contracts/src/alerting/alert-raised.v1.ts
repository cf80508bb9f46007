import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by alerting when a rule matched an event. */
export const alertRaisedV1 = defineEvent(
  'alerting.alert.raised.v1',
  z.object({
    alertId: z.uuid(),
    ruleId: z.uuid(),
    eventId: z.uuid(),
    eventType: z.string(),
    channels: z.number().int(),
    /** What it is about, where the event named a run or a case. */
    runId: z.uuid().nullable().optional(),
    caseId: z.number().int().nullable().optional(),
  }),
  { audited: true },
);
