import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { documentRef } from '../model/artifact-ref.js';
import { benchmarkForms } from '../model/benchmark.js';

/**
 * Published by the gateway when results of benchmarks were accepted: the bytes lie in the artifact store, the receipt (its
 * id is the correlation id) is committed. Read by compliance. `scanIds` are the ids that the reply gave to the scans of
 * the document, in their order there; null for a scan that was left out; empty where the document was not read yet.
 */
export const benchmarkSubmittedV1 = defineEvent(
  'ingest.benchmark.submitted.v1',
  z.object({
    receiptId: z.uuid(),
    form: z.enum(benchmarkForms),
    document: documentRef,
    /** The host that the credential speaks for; null where the document must name it. */
    hostId: z.uuid().nullable(),
    /** What the caller, or else the document, calls the host. */
    hostname: z.string().nullable(),
    scanIds: z.array(z.uuid().nullable()),
    acceptedAt: z.iso.datetime(),
  }),
  { audited: true },
);
