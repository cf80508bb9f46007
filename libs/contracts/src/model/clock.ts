import { z } from 'zod';
import { severitySchema } from './finding.js';
import { subjectSchema } from './subject.js';

/** The time that a tenant's policy gives to fix one vulnerability in one subject. `dueAt` minus `startedAt` is that time. */
export const clockSchema = z.object({
  clockId: z.uuid(),
  subject: subjectSchema,
  group: z.uuid().nullable(),
  vulnerabilityId: z.string(),
  severity: severitySchema,
  startedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
});

/** A clock in a list of clocks of one subject. */
export const clockOfSubject = clockSchema.omit({ subject: true });
export type ClockOfSubject = z.infer<typeof clockOfSubject>;
