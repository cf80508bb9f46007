import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { signalGroup } from '../model/signal.js';

/**
 * Published by case-engine when the last unresolved signal of a rule on a host was resolved, or is past its retention: the
 * other end of `signals.raised`.
 */
export const signalsClearedV1 = defineEvent(
  'cases.signals.cleared.v1',
  z.object({ groups: z.array(signalGroup).min(1) }),
  { audited: true },
);
