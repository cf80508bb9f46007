import { AssayError } from '@assay/kernel';

/** What keeps a start from getting its secrets. */
export type SecretsErrorCode =
  | 'config.missing-secret'
  | 'config.malformed-secrets'
  | 'config.secrets-refused'
  | 'config.secrets-unreachable'
  | 'config.secrets-not-configured';

/** A sentence for the operator; it never holds a value. */
export function secretsError(code: SecretsErrorCode, message: string, cause?: unknown): AssayError {
  const kind = code === 'config.secrets-unreachable' ? 'unavailable' : 'invalid';
  return new AssayError<SecretsErrorCode>(kind, code, message, { cause });
}
