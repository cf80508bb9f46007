import { AssayError, type FieldError } from '@assay/kernel';

/** The error codes of the gateway. */
export type GatewayErrorCode =
  | 'tenants.unknown'
  | 'tenants.taken'
  | 'tenants.not-yours'
  | 'tenants.in-use'
  | 'credentials.unknown'
  | 'credentials.beyond-own-rights'
  | 'receipts.unknown'
  | 'receipts.processing-failed'
  | 'benchmarks.bad-submission'
  | 'benchmarks.too-many-submissions'
  | 'benchmarks.no-host'
  | 'benchmarks.unknown-host'
  | 'benchmarks.ambiguous-host'
  | 'ingest.outside-scope'
  | 'ingest.vex-from-ci'
  | 'ingest.bad-origin'
  | 'ingest.no-such-tool'
  | 'ingest.unsupported-scanner'
  | 'ingest.bad-multipart'
  | 'ingest.no-document'
  | 'ingest.unknown-document'
  | 'ingest.idempotency-key-malformed'
  | 'ingest.idempotency-key-reused'
  | 'ingest.quota-exceeded'
  | 'ingest.too-many-requests'
  | 'ingest.backlog'
  | 'ingest.disk-full'
  | 'ingest.still-judging'
  | 'signals.not-json'
  | 'signals.not-an-object'
  | 'signals.incomplete'
  | 'signals.foreign-host'
  | 'signals.other-content'
  | 'signals.too-large'
  | 'signals.malformed-batch'
  | 'signals.quota-exceeded'
  | 'heartbeats.malformed'
  | 'heartbeats.foreign-host'
  | 'credentials.taken'
  | 'credentials.too-many-guesses'
  | 'hosts.unknown'
  | 'agents.too-many-streams'
  | 'change-hooks.unknown'
  | 'change-hooks.too-many'
  | 'change-hooks.unsigned'
  | 'change-hooks.too-large'
  | 'change-hooks.malformed'
  | 'operations.unknown-dead-letter';

/** What the caller sent will not do. */
export function invalid(code: GatewayErrorCode, message: string, fields: readonly FieldError[] = []): AssayError {
  return new AssayError<GatewayErrorCode>('invalid', code, message, { fields });
}

export function notFound(code: GatewayErrorCode, message: string): AssayError {
  return new AssayError<GatewayErrorCode>('not-found', code, message);
}

export function conflict(code: GatewayErrorCode, message: string): AssayError {
  return new AssayError<GatewayErrorCode>('conflict', code, message);
}

export function forbidden(code: GatewayErrorCode, message: string): AssayError {
  return new AssayError<GatewayErrorCode>('forbidden', code, message);
}

/** Not now. @param retryAfterSeconds what the caller is told to wait */
export function unavailable(code: GatewayErrorCode, message: string, retryAfterSeconds: number): AssayError {
  return new AssayError<GatewayErrorCode>('unavailable', code, message, { retryAfterSeconds });
}
