import { STATUS_CODES } from 'node:http';
import { AssayError, type ErrorKind, type FieldError, newId, type Uuid } from '@assay/kernel';
import { HttpException } from '@nestjs/common';
import { defaultRetryAfterSeconds, maxReportedFields } from './limits.js';

/** The media type of problem documents (RFC 9457 §3). */
export const problemMediaType = 'application/problem+json';

/** A problem document of RFC 9457, with the extensions `code` and `errors`. */
export interface ProblemDocument {
  /** `https://assay.dev/problems/<code>`: an identifier, not a promise that something stands there. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** One entry per wrong field; empty where no field is to blame. */
  readonly errors: readonly FieldError[];
  /** `urn:uuid:…` of an error of ours, to be found in the log. */
  readonly instance?: string;
}

/** What to answer to an error, and what to log about it. */
export interface Problem {
  readonly document: ProblemDocument;
  readonly retryAfterSeconds: number | null;
  /** Set for errors of ours: the caller reads the id, the log says the rest. */
  readonly errorId: Uuid | null;
}

/** The status of some codes, where the kind alone does not say it. */
export type StatusByCode = Readonly<Record<string, number>>;

const statusByKind: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
  bug: 500,
};

/** Who cannot say who they are gets 401, whatever is wrong with what they showed. */
const ownStatuses: StatusByCode = {
  'identity.unauthenticated': 401,
  'identity.token-expired': 401,
  'identity.token-foreign': 401,
  'identity.token-malformed': 401,
  'http.malformed-body': 400,
  'http.body-too-large': 413,
  'http.unsupported-media-type': 415,
};

/** Errors of ours whose own words the caller has to read: bytes that are no longer what was signed or recorded. */
const toldBugs: ReadonlySet<string> = new Set(['artifacts.tampered']);

/** Statuses that Nest and Fastify give by themselves, in our words. */
const frameworkProblems: Readonly<Record<number, { code: string; detail: string }>> = {
  400: { code: 'http.bad-request', detail: 'The request could not be understood.' },
  404: { code: 'http.no-such-route', detail: 'There is nothing at this address.' },
  405: { code: 'http.method-not-allowed', detail: 'This address does not take this method.' },
  408: { code: 'http.request-timeout', detail: 'The request took too long to arrive.' },
  413: { code: 'http.body-too-large', detail: 'The body is larger than this route accepts.' },
  414: { code: 'http.uri-too-long', detail: 'The address is too long.' },
  415: { code: 'http.unsupported-media-type', detail: 'This route does not take this media type.' },
  503: { code: 'http.stopping', detail: 'The service is stopping.' },
};

/** The answer to an error, thrown by us, by Nest, by Fastify, or by nobody knows whom. It never shows a stack or a cause. */
export function problemOf(error: unknown, statuses: StatusByCode = {}): Problem {
  if (error instanceof AssayError && error.kind !== 'bug') {
    const status = statuses[error.code] ?? ownStatuses[error.code] ?? statusByKind[error.kind];
    const retry = error.retryAfterSeconds ?? (status === 503 ? defaultRetryAfterSeconds : null);
    return {
      document: documentOf(status, error.code, error.message, error.fields),
      retryAfterSeconds: retry,
      errorId: null,
    };
  }
  const status = frameworkStatus(error);
  if (status !== null && (status < 500 || status === 503)) {
    const { code, detail } = frameworkProblems[status] ?? {
      code: `http.status-${status}`,
      detail: 'The request was refused.',
    };
    const retry = status === 503 ? defaultRetryAfterSeconds : null;
    return { document: documentOf(status, code, detail), retryAfterSeconds: retry, errorId: null };
  }
  const errorId = newId();
  const document =
    error instanceof AssayError && toldBugs.has(error.code)
      ? documentOf(500, error.code, error.message)
      : documentOf(500, 'internal', `Something went wrong on our side. It is logged as ${errorId}.`);
  return { document: { ...document, instance: `urn:uuid:${errorId}` }, retryAfterSeconds: null, errorId };
}

/** A problem document; its title is the phrase of the status, as RFC 9457 §4.2.1 has it. */
export function documentOf(
  status: number,
  code: string,
  detail: string,
  errors: readonly FieldError[] = [],
): ProblemDocument {
  return {
    type: `https://assay.dev/problems/${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    errors: errors.slice(0, maxReportedFields),
  };
}

/** The status that Nest or Fastify chose, or null for an error that is neither's. A caller who left counts as a 400. */
function frameworkStatus(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return 400;
  if (!error.code.startsWith('FST_') || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' ? error.statusCode : null;
}
