import type { DialectReply, ProblemDocument, ProblemOptions } from '@assay/service-host';
import type { FastifyRequest } from 'fastify';
import { inSubmissionWords } from './benchmarks/submission.problems.js';
import { secureCaseRoutes } from './ingest/securecase.controller.js';
import { patchHoundStatuses } from './patchhound/patchhound.errors.js';
import { inPatchHoundWords } from './patchhound/patchhound.problems.js';
import { inPatchMonWords } from './proxy/patchmon.problems.js';
import { inSantamonWords } from './signals/santamon.problems.js';

/** The statuses of codes whose kind says too little: what is wrong with a body's form, and what comes too often. */
const statusByCode = {
  'documents.syntax': 400,
  'documents.truncated': 400,
  'documents.empty': 400,
  'documents.encoding': 400,
  'documents.corrupt-compression': 400,
  'documents.too-large': 413,
  'documents.compression-ratio': 413,
  'documents.unknown-encoding': 415,
  'ingest.unsupported-scanner': 400,
  'ingest.bad-multipart': 400,
  'ingest.no-document': 400,
  'ingest.idempotency-key-malformed': 400,
  'ingest.quota-exceeded': 429,
  'ingest.too-many-requests': 429,
  'agents.too-many-streams': 429,
  'signals.malformed-batch': 400,
  'credentials.too-many-guesses': 429,
  'benchmarks.bad-submission': 400,
  'benchmarks.doctype': 400,
  'benchmarks.too-many-submissions': 429,
  'change-hooks.unsigned': 401,
  'change-hooks.too-large': 413,
  'change-hooks.malformed': 400,
  'receipts.processing-failed': 500,
  'artifacts.tampered': 500,
  ...patchHoundStatuses,
} as const;

/** How the gateway's errors are answered. */
export const gatewayProblems: ProblemOptions = { statusByCode, inDialect };

function inDialect(problem: ProblemDocument, request: FastifyRequest): DialectReply | null {
  return (
    inSecureCaseWords(problem, request) ??
    inPatchHoundWords(problem, request) ??
    inSantamonWords(problem, request) ??
    inSubmissionWords(problem, request) ??
    inPatchMonWords(problem, request)
  );
}

/** `{"detail": …}` on the routes of SecureCase (`wire/securecase.md` §1), problem documents everywhere else. */
function inSecureCaseWords({ status, detail }: ProblemDocument, request: FastifyRequest): DialectReply | null {
  if (!secureCaseRoutes.includes(request.routeOptions?.url ?? '')) return null;
  return { status, headers: {}, body: { detail: status === 401 ? 'Unauthorized' : detail } };
}
