import { severities } from '@assay/kernel';
import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { subjectSchema } from '../model/subject.js';

const clock = z.object({
  clockId: z.uuid(),
  subject: subjectSchema,
  group: z.uuid().nullable(),
  vulnerabilityId: z.string(),
  severity: z.enum(severities),
  startedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
});

/** Published by compliance when the time to fix a finding began to run. */
export const clockStartedV1 = defineEvent('compliance.clock.started.v1', clock, { audited: true, stage: 'clock' });

/** Published by compliance when a clock stopped, because what it ran for was resolved or accepted. */
export const clockStoppedV1 = defineEvent(
  'compliance.clock.stopped.v1',
  clock.extend({ stoppedAt: z.iso.datetime(), because: z.enum(['resolved', 'excepted']) }),
  { audited: true, stage: 'clock' },
);

/** Published by compliance once for each clock that ran out. */
export const slaBreachedV1 = defineEvent('compliance.sla.breached.v1', clock, { audited: true });

/** Published by compliance when the SLA policy of a tenant changed. */
export const slaPolicyChangedV1 = defineEvent(
  'compliance.sla-policy.changed.v1',
  z.object({ days: z.record(z.enum(severities), z.number().int().nullable()) }),
  { audited: true },
);
