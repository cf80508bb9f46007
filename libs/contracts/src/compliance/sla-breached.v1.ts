import { defineEvent } from '../define-event.js';
import { clockSchema } from '../model/clock.js';

/** Published by compliance once for each clock that ran out. */
export const slaBreachedV1 = defineEvent('compliance.sla.breached.v1', clockSchema, { audited: true });
