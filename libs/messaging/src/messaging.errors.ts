import { AssayError, type AssayErrorOptions } from '@assay/kernel';

export type MessagingErrorCode =
  | 'messaging.unavailable'
  | 'messaging.server-too-old'
  | 'messaging.malformed-event'
  | 'messaging.wrong-data'
  | 'messaging.deliveries-exhausted'
  | 'messaging.unknown-consumer'
  | 'messaging.unknown-dead-letter';

/** The broker does not answer: nothing is lost, everything waits. */
export function brokerUnavailable(cause: unknown): AssayError<MessagingErrorCode> {
  return new AssayError('unavailable', 'messaging.unavailable', 'The message broker does not answer', {
    cause,
    retryAfterSeconds: 2,
  });
}

export function messagingError(
  kind: 'invalid' | 'bug' | 'not-found',
  code: MessagingErrorCode,
  message: string,
  options?: AssayErrorOptions,
): AssayError<MessagingErrorCode> {
  return new AssayError(kind, code, message, options);
}
