import { parentPort } from 'node:worker_threads';
import { parseDocument } from './parsed-document.js';
import { toSentError } from '../text/sent-error.js';
import type { FromParser, ToParser } from './parser-messages.js';

/** The thread's side: one document at a time, read as its chunks arrive. */
const port = parentPort;
if (port === null) throw new TypeError('This file is the code of a thread');

let arrived: Uint8Array[] = [];
let ended = false;
let abandoned = false;
let wake = (): void => undefined;

const send = (message: FromParser): void => port.postMessage(message);

async function* chunks(): AsyncGenerator<Uint8Array> {
  while (true) {
    const next = arrived.shift();
    if (next !== undefined) {
      send({ type: 'taken' });
      yield next;
    } else if (abandoned) throw new TypeError('The document was abandoned');
    else if (ended) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

port.on('message', (message: ToParser) => {
  switch (message.type) {
    case 'task':
      [arrived, ended, abandoned] = [[], false, false];
      void parseDocument(message.task, chunks(), (batch) => send({ type: 'batch', batch })).then(
        (document) => send({ type: 'parsed', document }),
        (error: unknown) => send({ type: 'failed', error: toSentError(error) }),
      );
      break;
    case 'chunk':
      arrived.push(message.bytes);
      break;
    case 'end':
      ended = true;
      break;
    case 'abandon':
      abandoned = true;
      break;
  }
  wake();
});
