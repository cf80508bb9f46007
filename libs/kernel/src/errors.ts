/**
 * What went wrong, in the words that decide what happens next: `invalid` and `forbidden` will not get better,
 * `not-found` and `conflict` may once something that was overtaken arrives, `unavailable` is somebody else's trouble,
 * `bug` is ours.
 */
export type ErrorKind = 'invalid' | 'conflict' | 'not-found' | 'forbidden' | 'unavailable' | 'bug';

/** One wrong place in what somebody sent: a JSON pointer or a field name, and what is wrong with it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface AssayErrorOptions {
  readonly cause?: unknown;
  /** One entry per wrong field, for the `errors` of a problem document. */
  readonly fields?: readonly FieldError[];
  /** How long the caller should wait before trying again, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** The one error class of the platform. `code` is a closed union per package; the message is fit for a caller's eyes. */
export class AssayError<Code extends string = string> extends Error {
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: ErrorKind,
    readonly code: Code,
    message: string,
    options: AssayErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AssayError';
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The error as an `AssayError`: itself, or a `bug` that wraps it. */
export function asAssayError(error: unknown): AssayError {
  if (error instanceof AssayError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AssayError('bug', 'kernel.unexpected', message, { cause: error });
}
