import { AssayError, platformTenant } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';

/** Who asks, as far as it decides which log is theirs. */
export interface LogReader {
  readonly tenant: string;
  readonly platformAdmin: boolean;
}

/**
 * The tenant whose log is meant: the caller's, or the platform's for its admins.
 * @throws AssayError `audit.log-refused`
 */
export function logOf(reader: LogReader, log: 'platform' | undefined): string {
  if (log === undefined) return reader.tenant;
  if (reader.platformAdmin) return platformTenant;
  const message = 'Only an admin of the platform reads its log.';
  throw new AssayError<AuditErrorCode>('forbidden', 'audit.log-refused', message);
}
