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
  }),
  { audited: true },
);
