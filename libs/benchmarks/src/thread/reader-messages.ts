import type { BenchmarkForm } from '@assay/contracts';
import type { AssayErrorOptions, ErrorKind } from '@assay/kernel';
import type { BenchmarkBatch } from '../benchmark.js';
import type { FirstPass } from '../first-pass.js';
import type { XccdfIndex } from '../xccdf/xccdf-index.js';

/** What a thread is to read: what the document says of itself, or the results of one of its scans. */
export interface ReaderTask {
  readonly form: BenchmarkForm;
  readonly scan: { readonly number: number; readonly index: XccdfIndex | undefined } | null;
}

/** What goes to a thread: a task, the document in chunks, its end or the news that there will be none, leave to send one more batch. */
export type ToReader =
  | { readonly type: 'task'; readonly task: ReaderTask }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'abandon' }
  | { readonly type: 'more' };

/** What comes back: a chunk was taken, something was read, or it is over one way or the other. */
export type FromReader =
  | { readonly type: 'taken' }
  | { readonly type: 'head'; readonly pass: FirstPass }
  | { readonly type: 'batch'; readonly batch: BenchmarkBatch }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: SentError };

/** An error in a form that survives the way between threads, which makes plain errors of ours. */
export interface SentError extends Pick<AssayErrorOptions, 'fields'> {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
}
