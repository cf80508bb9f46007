import { defineEvent } from '../define-event.js';
import { deliverySchema } from '../model/delivery.js';

/** Published by alerting when a channel took a message. */
export const notificationDeliveredV1 = defineEvent('alerting.notification.delivered.v1', deliverySchema, {
  audited: true,
  stage: 'notify',
});
