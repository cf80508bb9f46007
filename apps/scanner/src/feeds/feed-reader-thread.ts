import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { builtFile } from '../text/built-file.js';
import { fromSentError } from '../text/sent-error.js';
import type { FeedBatch } from './feed-batch.js';
import type { FeedToRead, FromFeedReader } from './feed-reader-messages.js';

const workerFile = builtFile(import.meta.url, './feed-reader.worker.js');

/**
 * Reads a feed in a thread of its own: hundreds of megabytes of JSON keep neither the other handlers waiting nor, when they
 * are read, the memory. The next batch is read while the caller works on this one. Throws what reading throws.
 */
export async function* readFeedInThread(path: string, name?: string): AsyncGenerator<FeedBatch> {
  const workerData: FeedToRead = { path, name };
  const worker = new Worker(workerFile, { workerData, execArgv: [] });
  const died = new AbortController();
  worker.once('error', (error) => died.abort(error));
  worker.once('exit', () => died.abort(new TypeError('The thread that read the feed has ended')));
  try {
    for await (const values of on(worker, 'message', { signal: died.signal })) {
      const message: FromFeedReader = values[0];
      if (message.type === 'end') return;
      if (message.type === 'failed') throw fromSentError(message.error);
      worker.postMessage('taken', []);
      yield message.batch;
    }
  } finally {
    await worker.terminate();
  }
}
