import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { toSentError } from '../text/sent-error.js';
import { readFeedBatches } from './feed-batch.js';
import type { FeedToRead, FromFeedReader } from './feed-reader-messages.js';

/** The thread's side: reads one feed and ends. */
const port = parentPort;
if (port === null) throw new TypeError('This file is the code of a thread');

const { path, name }: FeedToRead = workerData;
const send = (message: FromFeedReader): void => port.postMessage(message);

try {
  for await (const batch of readFeedBatches(path, name)) {
    const taken = once(port, 'message');
    send({ type: 'batch', batch });
    await taken;
  }
  send({ type: 'end' });
} catch (error) {
  send({ type: 'failed', error: toSentError(error) });
}
port.close();
