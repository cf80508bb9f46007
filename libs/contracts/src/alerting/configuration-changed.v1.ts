import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by alerting when a rule, a channel, a silence or the thresholds of rescans were made, changed or removed. Secrets are never in it. */
export const alertingChangedV1 = defineEvent(
  'alerting.configuration.changed.v1',
  z.object({
    what: z.enum(['rule', 'channel', 'silence', 'rescan-thresholds']),
    id: z.uuid(),
    change: z.enum(['created', 'updated', 'removed']),
    name: z.string(),
  }),
  { audited: true },
);
