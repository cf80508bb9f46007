import { AssayError, type ErrorKind } from '@assay/kernel';

/** What can keep the platform from starting. */
export type PlatformErrorCode =
  'platform.bad-argument' | 'platform.already-running' | 'platform.port-taken' | 'platform.not-ready';

/** Why the platform does not start; the message says what to do about it. */
export class PlatformError extends AssayError<PlatformErrorCode> {
  constructor(kind: ErrorKind, code: PlatformErrorCode, message: string, cause?: unknown) {
    super(kind, code, message, { cause });
    this.name = 'PlatformError';
  }
}
