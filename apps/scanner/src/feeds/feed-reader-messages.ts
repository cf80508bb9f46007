import type { SentError } from '../text/sent-error.js';
import type { FeedBatch } from './feed-batch.js';

/** What a reader thread is to read. */
export interface FeedToRead {
  readonly path: string;
  readonly name: string | undefined;
}

/** What a reader thread says; after each batch it waits for a message, whatever it is, before it goes on. */
export type FromFeedReader =
  | { readonly type: 'batch'; readonly batch: FeedBatch }
  | { readonly type: 'end' }
  | { readonly type: 'failed'; readonly error: SentError };
