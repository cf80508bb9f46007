import { AssayError } from '@assay/kernel';

/** The error codes of this package. HTTP answers `identity.unauthenticated` with 401; the others follow their kind. */
export type IdentityErrorCode =
  | 'identity.unauthenticated'
  | 'identity.role-refused'
  | 'identity.token-malformed'
  | 'identity.token-expired'
  | 'identity.token-foreign'
  | 'identity.principal-too-large'
  | 'identity.undeclared-routes'
  | 'identity.master-key-too-short'
  | 'identity.master-key-wrong'
  | 'identity.sealed-key-damaged'
  | 'identity.sealed-text-unreadable';

/** Nobody we know is asking. */
export function unauthenticated(message = 'A valid credential is required.', cause?: unknown): AssayError {
  return new AssayError<IdentityErrorCode>('forbidden', 'identity.unauthenticated', message, { cause });
}
