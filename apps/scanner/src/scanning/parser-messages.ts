import type { SentError } from '../text/sent-error.js';
import type { ParsedBatch, ParsedDocument, ReadingTask } from './parsed-document.js';

/** What goes to a parser thread: a task, the document in chunks, its end or the news that there will be none. */
export type ToParser =
  | { readonly type: 'task'; readonly task: ReadingTask }
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'abandon' };

/** What comes back: a chunk was taken, something was read, or it is over one way or the other. */
export type FromParser =
  | { readonly type: 'taken' }
  | { readonly type: 'batch'; readonly batch: ParsedBatch }
  | { readonly type: 'parsed'; readonly document: ParsedDocument }
  | { readonly type: 'failed'; readonly error: SentError };
