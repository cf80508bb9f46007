import { z } from 'zod';
import { documentRef } from './artifact-ref.js';
import { dialectSchema, documentKinds } from './document-kind.js';
import { runContextSchema } from './run-context.js';
import { originSchema, subjectSchema } from './subject.js';

/** An accepted request with documents, whose bytes lie in the artifact store and whose receipt is committed. */
export const receivedDocuments = z.object({
  receiptId: z.uuid(),
  kind: z.enum(documentKinds),
  /** The reader to use for a report (`trivy`, …); null for what is recognised by content. */
  tool: z.string().nullable(),
  /** Whose protocol the caller spoke: decides what the verdict must count. */
  dialect: dialectSchema,
  documents: z.array(documentRef).min(1),
  subject: subjectSchema.nullable(),
  origin: originSchema,
  acceptedAt: z.iso.datetime(),
  context: runContextSchema.nullable().optional(),
});
