import { AssayError, type FieldError } from '@assay/kernel';

/** Everything that case-engine can refuse, as the `code` of an `AssayError`. */
export type CaseEngineErrorCode =
  | 'cases.no-such-case'
  | 'cases.no-such-host'
  | 'cases.no-such-run'
  | 'cases.no-such-exception'
  | 'cases.no-verdict'
  | 'cases.no-such-file'
  | 'cases.nothing-excepted'
  | 'cases.no-such-team'
  | 'cases.slug-taken'
  | 'cases.too-many-teams'
  | 'cases.exception-has-ended'
  | 'cases.files-refused'
  | 'cases.own-exception'
  | 'cases.malformed-findings'
  | 'cases.malformed-vex'
  | 'cases.unknown-vex'
  | 'cases.malformed-number'
  | 'cases.origin-too-long'
  | 'cases.out-of-scope'
  | 'cases.overtaken'
  | 'cases.private-comments'
  | 'cases.no-such-rescan'
  | 'cases.report-failed'
  | 'cases.reports-busy'
  | 'cases.rescan-waits'
  | 'cases.unknown-run'
  | 'cases.wrong-request'
  | 'cases.wrong-status'
  | 'signals.ambiguous'
  | 'signals.no-such-signal'
  | 'signals.wrong-status';

export function notFound(code: CaseEngineErrorCode, message: string): AssayError<CaseEngineErrorCode> {
  return new AssayError('not-found', code, message);
}

export function conflict(code: CaseEngineErrorCode, message: string): AssayError<CaseEngineErrorCode> {
  return new AssayError('conflict', code, message);
}

/** What somebody asked for makes no sense, field by field. */
export function wrongRequest(fields: readonly FieldError[]): AssayError<CaseEngineErrorCode> {
  return new AssayError('invalid', 'cases.wrong-request', 'The request has fields that are wrong.', { fields });
}
