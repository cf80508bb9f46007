import { AssayError, type AssayErrorOptions, asAssayError, type ErrorKind } from '@assay/kernel';

/** An error in a form that survives the way between threads, which makes plain errors of ours. */
export interface SentError extends Pick<AssayErrorOptions, 'fields'> {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
}

export function toSentError(error: unknown): SentError {
  const { kind, code, message, fields } = asAssayError(error);
  return { kind, code, message, fields };
}

export function fromSentError({ kind, code, message, fields }: SentError): AssayError {
  return new AssayError(kind, code, message, { fields });
}
