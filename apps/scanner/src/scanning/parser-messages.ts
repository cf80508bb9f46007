import { AssayError, type AssayErrorOptions, asAssayError, type ErrorKind } from '@assay/kernel';
import type { ParsedBatch, ParsedDocument, ReadingTask } from './parsed-document.js';

/** What goes to a parser thread: a task, the document in chunks, its end or the news that there will be none. */
export type ToParser =
  | { readonly type: 'task'; readonly task: ReadingTask }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'abandon' };

/** An error in a form that survives the way between threads, which makes plain errors of ours. */
export interface SentError extends Pick<AssayErrorOptions, 'fields'> {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
}

/** What comes back: a chunk was taken, something was read, or it is over one way or the other. */
export type FromParser =
  | { readonly type: 'taken' }
  | { readonly type: 'batch'; readonly batch: ParsedBatch }
  | { readonly type: 'parsed'; readonly document: ParsedDocument }
  | { readonly type: 'failed'; readonly error: SentError };

export function toSentError(error: unknown): SentError {
  const { kind, code, message, fields } = asAssayError(error);
  return { kind, code, message, fields };
}

export function fromSentError({ kind, code, message, fields }: SentError): AssayError {
  return new AssayError(kind, code, message, { fields });
}
