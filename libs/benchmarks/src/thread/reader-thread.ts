import { Worker } from 'node:worker_threads';
import { AssayError } from '@assay/kernel';
import type { BenchmarkErrorCode } from '../benchmarks.errors.js';
import { chunksInFlight } from '../limits.js';
import type { FromReader, ReaderTask, ToReader } from './reader-messages.js';

/** A thread loads no TypeScript: when tests run this module from `src`, the thread is the one of the last build. */
const workerFile = new URL(
  './benchmark-reader.worker.js',
  import.meta.url.endsWith('.ts') ? import.meta.url.replace('/src/', '/dist/') : import.meta.url,
);

type Answer = Exclude<FromReader, { readonly type: 'taken' | 'failed' | 'done' }>;

/** One thread that reads one document at a time. */
export class ReaderThread {
  readonly #worker: Worker;
  #dead = false;

  constructor() {
    // Flags of the main thread, such as the tests' import conditions, do not fit the built code.
    this.#worker = new Worker(workerFile, { execArgv: [] });
    this.#worker.unref();
    for (const event of ['error', 'exit']) this.#worker.once(event, () => (this.#dead = true));
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /**
   * What the thread has to say on the task, until it has ended. Who stops listening before that has to end the thread.
   * Throws what reading throws, errors of `source` as they are, and `benchmarks.reader-died` (bug) if the thread ended.
   */
  async *run(task: ReaderTask, source: AsyncIterable<Uint8Array>): AsyncGenerator<Answer> {
    const conversation = new Conversation(this.#worker);
    this.#worker.ref();
    try {
      conversation.send({ type: 'task', task });
      const feeding = conversation.feed(source);
      // Its failure is thrown below, once the thread has said its last word.
      feeding.catch(() => undefined);
      try {
        yield* conversation.answers();
      } catch (error) {
        // A source that failed is the cause of whatever the thread then said; one that waits for more room never ends.
        if (conversation.sourceFailed) await feeding;
        throw error;
      }
    } finally {
      conversation.end();
      this.#worker.unref();
    }
  }

  async end(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }
}

/** What goes back and forth about one document. */
class Conversation {
  sourceFailed = false;
  readonly #answers: Answer[] = [];
  #inFlight = 0;
  #outcome: 'open' | 'done' | { readonly error: unknown } = 'open';
  #wakeFeeder = (): void => undefined;
  #wakeListener = (): void => undefined;
  readonly #onMessage = (message: FromReader): void => this.#hear(message);
  readonly #onDeath = (cause: unknown): void => this.#settle({ error: died(cause) });

  constructor(private readonly worker: Worker) {
    worker.on('message', this.#onMessage);
    worker.on('error', this.#onDeath);
    worker.on('exit', this.#onDeath);
  }

  send(message: ToReader): void {
    this.worker.postMessage(message, []);
  }

  async feed(source: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of source) {
        while (this.#inFlight >= chunksInFlight && this.#outcome === 'open') {
          await new Promise<void>((resolve) => (this.#wakeFeeder = resolve));
        }
        if (this.#outcome !== 'open') return;
        // A copy of its own can be handed over instead of being copied again.
        const bytes = new Uint8Array(chunk);
        this.#inFlight += 1;
        this.worker.postMessage({ type: 'chunk', bytes } satisfies ToReader, [bytes.buffer]);
      }
      this.send({ type: 'end' });
    } catch (error) {
      this.sourceFailed = true;
      this.send({ type: 'abandon' });
      throw error;
    }
  }

  async *answers(): AsyncGenerator<Answer> {
    while (true) {
      const answer = this.#answers.shift();
      if (answer !== undefined) {
        yield answer;
        if (answer.type === 'batch') this.send({ type: 'more' });
      } else if (this.#outcome === 'done') return;
      else if (this.#outcome !== 'open') throw this.#outcome.error;
      else await new Promise<void>((resolve) => (this.#wakeListener = resolve));
    }
  }

  end(): void {
    this.#settle('done');
    this.worker.off('message', this.#onMessage);
    this.worker.off('error', this.#onDeath);
    this.worker.off('exit', this.#onDeath);
  }

  #hear(message: FromReader): void {
    switch (message.type) {
      case 'taken':
        this.#inFlight -= 1;
        this.#wakeFeeder();
        break;
      case 'done':
        this.#settle('done');
        break;
      case 'failed': {
        const { kind, code, message: words, fields } = message.error;
        this.#settle({ error: new AssayError(kind, code, words, { fields }) });
        break;
      }
      default:
        this.#answers.push(message);
        this.#wakeListener();
    }
  }

  #settle(outcome: 'done' | { readonly error: unknown }): void {
    if (this.#outcome === 'open') this.#outcome = outcome;
    this.#wakeFeeder();
    this.#wakeListener();
  }
}

function died(cause: unknown): AssayError<BenchmarkErrorCode> {
  return new AssayError('bug', 'benchmarks.reader-died', 'The thread that read the document has ended', { cause });
}
