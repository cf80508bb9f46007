import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';
import { engineRun, severityCountsSchema } from '../model/finding.js';
import { originSchema, subjectSchema } from '../model/subject.js';

/**
 * Published by the scanner when every engine has finished with one document. Read by case-engine, which judges.
 * `findings` is the claim check of the findings document, complete in itself.
 */
export const scanCompletedV1 = defineEvent(
  'scanning.scan.completed.v1',
  z.object({
    scanId: z.uuid(),
    receiptId: z.uuid(),
    kind: z.enum(['sbom', 'report']),
    dialect: z.enum(['native', 'securecase']),
    tool: z.string(),
    document: artifactRef,
    subject: subjectSchema.nullable(),
    origin: originSchema,
    acceptedAt: z.iso.datetime(),
    engines: z.array(engineRun),
    components: z.number().int(),
    entries: severityCountsSchema,
    findings: artifactRef,
  }),
  { audited: true, stage: 'index' },
);
