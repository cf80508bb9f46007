import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';
import { dialectSchema } from '../model/document-kind.js';
import { engineRun, severityCountsSchema } from '../model/finding.js';
import { runContextSchema } from '../model/run-context.js';
import { originSchema, subjectSchema } from '../model/subject.js';

/**
 * One engine's result on one document. `findings` is the claim check of the findings document, complete in itself.
 * `target` is what the report says it is about; it tells apart several documents of one tool in one run.
 * `findingsContent` is the digest of the JSON of the findings alone: two scans that found the same have the same one,
 * whatever else their documents say.
 */
export const scanResult = z.object({
  scanId: z.uuid(),
  tool: z.string(),
  target: z.string().optional(),
  document: artifactRef,
  engines: z.array(engineRun),
  components: z.number().int(),
  entries: severityCountsSchema,
  findings: artifactRef,
  findingsContent: artifactRef.shape.digest.optional(),
});
export type ScanResult = z.infer<typeof scanResult>;

/**
 * Published by the scanner when every engine has finished with the documents of one receipt. Read by case-engine, which
 * judges. The first document's result stands at the top, those of a bundle's further ones in `alongside`: they are judged
 * together, once. `exclusions` is the file of exceptions that came with the run, unread.
 */
export const scanCompletedV1 = defineEvent(
  'scanning.scan.completed.v1',
  scanResult.extend({
    receiptId: z.uuid(),
    kind: z.enum(['sbom', 'report', 'bundle']),
    dialect: dialectSchema,
    subject: subjectSchema.nullable(),
    origin: originSchema,
    acceptedAt: z.iso.datetime(),
    alongside: z.array(scanResult).optional(),
    exclusions: artifactRef.nullable().optional(),
    context: runContextSchema.nullable().optional(),
  }),
  { audited: true, stage: 'index' },
);
