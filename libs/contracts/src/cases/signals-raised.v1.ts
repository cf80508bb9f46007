import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { signalGroup } from '../model/signal.js';

/**
 * Published by case-engine when rules matched on hosts where nothing of the same rule was open: one entry per rule and host,
 * however often the rule matches after that; and when somebody opens again what was resolved. Read by alerting.
 */
export const signalsRaisedV1 = defineEvent(
  'cases.signals.raised.v1',
  z.object({ groups: z.array(signalGroup).min(1) }),
  {
    audited: true,
  },
);
