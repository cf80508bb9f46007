import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { documentRef } from '../model/artifact-ref.js';
import { dialectSchema, documentKinds } from '../model/document-kind.js';
import { runContextSchema } from '../model/run-context.js';
import { originSchema, subjectSchema } from '../model/subject.js';

/**
 * Published by the gateway when a request with documents was accepted: its bytes lie in the artifact store, its receipt
 * is committed. Read by scanner (index), signer (attest) and audit. The receipt's id is the correlation id.
 */
export const documentReceivedV1 = defineEvent(
  'ingest.document.received.v1',
  z.object({
    receiptId: z.uuid(),
    kind: z.enum(documentKinds),
    /** The reader to use for a report (`trivy`, …); null for an SBOM, which is recognised by content. */
    tool: z.string().nullable(),
    /** Whose protocol the caller spoke: decides what the verdict must count. */
    dialect: dialectSchema,
    documents: z.array(documentRef).min(1),
    subject: subjectSchema.nullable(),
    origin: originSchema,
    acceptedAt: z.iso.datetime(),
    context: runContextSchema.nullable().optional(),
  }),
  { audited: true },
);
