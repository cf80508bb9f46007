import { AssayError } from '@assay/kernel';

/** What this package can say about a document, beside `documents.*`. All but the last are of kind `invalid`. */
export type BenchmarkErrorCode =
  | 'benchmarks.unknown-form'
  | 'benchmarks.no-scan'
  | 'benchmarks.doctype'
  | 'benchmarks.several-hosts'
  | 'benchmarks.too-many-scans'
  | 'benchmarks.too-many-results'
  | 'benchmarks.reader-died';

/** The refusal of a document, with a message for the eyes of whoever sent it. */
export function refuse(code: BenchmarkErrorCode, message: string, cause?: unknown): AssayError<BenchmarkErrorCode> {
  return new AssayError('invalid', code, message, { cause });
}
