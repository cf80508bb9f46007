import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { deliverySchema } from '../model/delivery.js';

/** Published by alerting when it gave up on a delivery; `GET …/deliveries` shows each attempt, replay tries again. */
export const notificationFailedV1 = defineEvent(
  'alerting.notification.failed.v1',
  deliverySchema.extend({ error: z.string() }),
  { audited: true },
);
