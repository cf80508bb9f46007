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

const delivery = z.object({
  deliveryId: z.uuid(),
  alertId: z.uuid(),
  channelId: z.uuid(),
  attempt: z.number().int(),
  statusCode: z.number().int().nullable(),
});

/** Published by alerting when a channel took a message. */
export const notificationDeliveredV1 = defineEvent('alerting.notification.delivered.v1', delivery, {
  audited: true,
  stage: 'notify',
});

/** Published by alerting when it gave up on a delivery; `GET …/deliveries` shows each attempt, replay tries again. */
export const notificationFailedV1 = defineEvent(
  'alerting.notification.failed.v1',
  delivery.extend({ error: z.string() }),
  { audited: true },
);

/** Published by alerting when a rule, a channel or a silence was made, changed or removed. Secrets are never in it. */
export const alertingChangedV1 = defineEvent(
  'alerting.configuration.changed.v1',
  z.object({
    what: z.enum(['rule', 'channel', 'silence']),
    id: z.uuid(),
    change: z.enum(['created', 'updated', 'removed']),
    name: z.string(),
  }),
  { audited: true },
);
