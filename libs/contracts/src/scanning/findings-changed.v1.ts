import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';
import { subjectSchema } from '../model/subject.js';

/**
 * Published by the scanner when advisories, KEV or EPSS changed what is true of a monitored subject that nobody sent
 * anew. `findings` is the whole findings document of its newest SBOM, so that a reader needs no history; case-engine
 * re-judges the subject's newest run with it. `version` of the envelope grows with every change of the subject.
 */
export const findingsChangedV1 = defineEvent(
  'scanning.findings.changed.v1',
  z.object({
    receiptId: z.uuid(),
    scanId: z.uuid(),
    subject: subjectSchema,
    tool: z.string(),
    opened: z.number().int(),
    resolved: z.number().int(),
    findings: artifactRef,
  }),
  { audited: true },
);
