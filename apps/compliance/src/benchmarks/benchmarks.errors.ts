import { AssayError } from '@assay/kernel';

/** Codes of what can be wrong with scans of benchmarks. */
export type BenchmarksErrorCode =
  | 'benchmarks.unknown-host'
  | 'benchmarks.unknown-scan'
  | 'benchmarks.unknown-profile'
  | 'benchmarks.nothing-to-compare'
  | 'benchmarks.no-document';

/** A scan that is not there, or on a host that the caller may not see: nobody can tell which. */
export function scanUnknown(): AssayError<BenchmarksErrorCode> {
  return new AssayError('not-found', 'benchmarks.unknown-scan', 'Scan not found');
}
