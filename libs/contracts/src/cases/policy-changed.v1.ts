import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by case-engine when somebody changed the gate policy of the tenant or of a repository. */
export const policyChangedV1 = defineEvent(
  'cases.policy.changed.v1',
  z.object({ repo: z.string().nullable(), policy: z.record(z.string(), z.unknown()) }),
  { audited: true },
);
