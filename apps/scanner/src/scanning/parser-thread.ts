import { Worker } from 'node:worker_threads';
import { AssayError } from '@assay/kernel';
import { parserChunksInFlight } from '../limits.js';
import type { ServiceErrorCode } from '../scanner.errors.js';
import type { ParsedBatch, ParsedDocument, ReadingTask } from './parsed-document.js';
import { builtFile } from '../text/built-file.js';
import { fromSentError } from '../text/sent-error.js';
import type { FromParser, ToParser } from './parser-messages.js';

const workerFile = builtFile(import.meta.url, './document-parser.worker.js');

/** One thread that reads one document at a time. */
export class ParserThread {
  #dead = false;

  private constructor(private readonly worker: Worker) {
    worker.unref();
    // An error comes before the exit; between the two the thread must not be given another document.
    for (const event of ['error', 'exit']) worker.once(event, () => (this.#dead = true));
  }

  static start(): ParserThread {
    // Flags of the main thread, such as the tests' import conditions, do not fit the built code.
    return new ParserThread(new Worker(workerFile, { execArgv: [] }));
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Throws what `parseDocument` throws, errors of `source` as they are, and `scanner.parser-died` (bug) if the thread ended. */
  async parse(
    task: ReadingTask,
    source: AsyncIterable<Uint8Array>,
    sink: (batch: ParsedBatch) => void,
  ): Promise<ParsedDocument> {
    const conversation = new Conversation(this.worker, sink);
    this.worker.ref();
    try {
      this.#send({ type: 'task', task });
      await this.#feed(source, conversation);
      return await conversation.outcome;
    } finally {
      conversation.end();
      this.worker.unref();
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  async #feed(source: AsyncIterable<Uint8Array>, conversation: Conversation): Promise<void> {
    try {
      for await (const chunk of source) {
        await conversation.room();
        if (conversation.isOver) return;
        // A copy of its own can be handed over instead of being copied again.
        const bytes = new Uint8Array(chunk);
        conversation.inFlight += 1;
        this.worker.postMessage({ type: 'chunk', bytes } satisfies ToParser, [bytes.buffer]);
      }
      this.#send({ type: 'end' });
    } catch (error) {
      this.#send({ type: 'abandon' });
      await conversation.outcome.catch(() => undefined);
      throw error;
    }
  }

  #send(message: ToParser): void {
    this.worker.postMessage(message, []);
  }
}

/** What goes back and forth about one document. */
class Conversation {
  inFlight = 0;
  isOver = false;
  readonly outcome: Promise<ParsedDocument>;
  #wake = (): void => undefined;
  readonly #onMessage: (message: FromParser) => void;
  readonly #onDeath: (cause: unknown) => void;

  constructor(
    private readonly worker: Worker,
    sink: (batch: ParsedBatch) => void,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<ParsedDocument>();
    // The feeding side waits for it later; until then a failure is not unhandled.
    promise.catch(() => undefined);
    this.outcome = promise;
    const settle = (how: () => void): void => {
      this.isOver = true;
      how();
      this.#wake();
    };
    this.#onMessage = (message) => {
      if (message.type === 'batch') sink(message.batch);
      else if (message.type === 'parsed') settle(() => resolve(message.document));
      else if (message.type === 'failed') settle(() => reject(fromSentError(message.error)));
      else {
        this.inFlight -= 1;
        this.#wake();
      }
    };
    this.#onDeath = (cause) => settle(() => reject(died(cause)));
    worker.on('message', this.#onMessage);
    worker.on('error', this.#onDeath);
    worker.on('exit', this.#onDeath);
  }

  /** Resolves once another chunk may be sent. */
  async room(): Promise<void> {
    while (this.inFlight >= parserChunksInFlight && !this.isOver) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  end(): void {
    this.worker.off('message', this.#onMessage);
    this.worker.off('error', this.#onDeath);
    this.worker.off('exit', this.#onDeath);
  }
}

function died(cause: unknown): AssayError<ServiceErrorCode> {
  return new AssayError('bug', 'scanner.parser-died', 'The thread that read the document has ended', { cause });
}
