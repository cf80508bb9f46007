import { AssayError, type Digest } from '@assay/kernel';

/** Everything this package can say. */
export type ArtifactErrorCode =
  'artifacts.bad-key' | 'artifacts.missing' | 'artifacts.tampered' | 'artifacts.too-large' | 'artifacts.unavailable';

/** There are no such bytes, or not yet: of kind `not-found`, which settlement tries again for a while. */
export function missing(digest: Digest, cause?: unknown): AssayError<ArtifactErrorCode> {
  return new AssayError('not-found', 'artifacts.missing', `There is no artifact ${digest}.`, { cause });
}

/**
 * What is stored is not what was put there. Of kind `bug`: it is neither the caller's fault nor will it pass, but a few
 * more attempts do no harm, should it be a fault of one read.
 */
export function tampered(digest: Digest, actual: Digest, size: number): AssayError<ArtifactErrorCode> {
  const message = `The artifact ${digest} has been changed: its ${size} bytes now have the digest ${actual}.`;
  return new AssayError('bug', 'artifacts.tampered', message);
}

/** The artifact is larger than the reader is ready to hold. */
export function tooLarge(digest: Digest, maxBytes: number): AssayError<ArtifactErrorCode> {
  return new AssayError('invalid', 'artifacts.too-large', `The artifact ${digest} is larger than ${maxBytes} bytes.`);
}

/** The disk or the S3 server did not do what it was asked to: full, read-only, unreachable, forbidden. */
export function unavailable(what: string, cause?: unknown): AssayError<ArtifactErrorCode> {
  const reason = cause instanceof Error ? `: ${cause.message || cause.name}` : '';
  return new AssayError('unavailable', 'artifacts.unavailable', `${what}${reason}`, { cause });
}

/** True for a failed system call with this name (`ENOENT`). */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
