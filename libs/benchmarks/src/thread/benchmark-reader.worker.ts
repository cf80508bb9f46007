import { parentPort } from 'node:worker_threads';
import { asAssayError } from '@assay/kernel';
import { batchesInFlight } from '../limits.js';
import { firstPass, secondPass } from '../read-benchmark.js';
import type { FromReader, ReaderTask, ToReader } from './reader-messages.js';

/** The thread's side: one document at a time, read as its chunks arrive. */
const port = parentPort;
if (port === null) throw new TypeError('This file is the code of a thread');

const fresh = { arrived: [] as Uint8Array[], ended: false, abandoned: false, credit: batchesInFlight };
let state = fresh;
let wake = (): void => undefined;

const send = (message: FromReader): void => port.postMessage(message);
const news = (): Promise<void> => new Promise((resolve) => (wake = resolve));

async function* chunks(): AsyncGenerator<Uint8Array> {
  while (true) {
    const next = state.arrived.shift();
    if (next !== undefined) {
      send({ type: 'taken' });
      yield next;
    } else if (state.abandoned) throw new TypeError('The document was abandoned');
    else if (state.ended) return;
    else await news();
  }
}

async function read({ form, scan }: ReaderTask): Promise<void> {
  if (scan === null) return send({ type: 'head', pass: await firstPass(form, chunks()) });
  for await (const batch of secondPass(form, chunks, scan.index, scan.number)) {
    while (state.credit === 0) await news();
    state.credit -= 1;
    send({ type: 'batch', batch });
  }
}

port.on('message', (message: ToReader) => {
  switch (message.type) {
    case 'task':
      state = { ...fresh, arrived: [] };
      void read(message.task).then(
        () => send({ type: 'done' }),
        (error: unknown) => {
          const { kind, code, message: words, fields } = asAssayError(error);
          send({ type: 'failed', error: { kind, code, message: words, fields } });
        },
      );
      break;
    case 'chunk':
      state.arrived.push(message.bytes);
      break;
    case 'end':
      state.ended = true;
      break;
    case 'abandon':
      state.abandoned = true;
      break;
    case 'more':
      state.credit += 1;
      break;
  }
  wake();
});
