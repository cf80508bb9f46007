import { defineEvent } from '../define-event.js';
import { clockSchema } from '../model/clock.js';

/** Published by compliance when the time to fix a finding began to run. */
export const clockStartedV1 = defineEvent('compliance.clock.started.v1', clockSchema, {
  audited: true,
  stage: 'clock',
});
