import type { BenchmarkForm } from '@assay/contracts';
import type { BenchmarkBatch, BenchmarkHead, OpenDocument, ReadBenchmark } from '../benchmark.js';
import type { FirstPass } from '../first-pass.js';
import { idleThreadMs, maxInlineDocumentBytes, readerThreads } from '../limits.js';
import { assembled, firstPass, readBenchmark } from '../read-benchmark.js';
import type { ReaderTask } from './reader-messages.js';
import { ReaderThread } from './reader-thread.js';

/**
 * Reads documents of benchmark results: small ones at once, large ones in a thread, so that nobody waits for somebody else's
 * megabytes. One for each service; ended with it.
 */
export class BenchmarkReader {
  readonly #idle: ReaderThread[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #expiry: NodeJS.Timeout | undefined;

  /** Like `readBenchmark`; `size` in bytes decides where. */
  async read(form: BenchmarkForm, open: OpenDocument, size: number): Promise<ReadBenchmark> {
    if (size <= maxInlineDocumentBytes) return readBenchmark(form, open);
    const pass = await this.#firstPass(form, open);
    return assembled(pass, (number) => this.#batches(form, open, number, pass));
  }

  /** What the document says of itself, without its results. Throws like `readBenchmark`. */
  async readHead(form: BenchmarkForm, open: OpenDocument, size: number): Promise<BenchmarkHead> {
    const pass =
      size <= maxInlineDocumentBytes ? await firstPass(form, await open()) : await this.#firstPass(form, open);
    return pass.head;
  }

  /** Ends the threads. Nest calls it by this name. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#expiry);
    await this.#endIdle();
  }

  async #endIdle(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.end()));
  }

  async #firstPass(form: BenchmarkForm, open: OpenDocument): Promise<FirstPass> {
    let pass: FirstPass | undefined;
    for await (const answer of this.#run({ form, scan: null }, open)) {
      if (answer.type === 'head') pass = answer.pass;
    }
    if (pass === undefined) throw new TypeError('The thread that read the document said nothing');
    return pass;
  }

  async *#batches(
    form: BenchmarkForm,
    open: OpenDocument,
    number: number,
    { indexes }: FirstPass,
  ): AsyncGenerator<BenchmarkBatch> {
    for await (const answer of this.#run({ form, scan: { number, index: indexes[number] } }, open)) {
      if (answer.type === 'batch') yield answer.batch;
    }
  }

  async *#run(task: ReaderTask, open: OpenDocument): ReturnType<ReaderThread['run']> {
    const source = await open();
    const thread = await this.#take();
    let isFree = false;
    try {
      yield* thread.run(task, source);
      isFree = true;
    } catch (error) {
      isFree = true;
      throw error;
    } finally {
      // Nobody waited for the end of what it reads, so that it can't be given anything else.
      if (!isFree) await thread.end();
      this.#giveBack(thread);
    }
  }

  async #take(): Promise<ReaderThread> {
    while (this.#busy >= readerThreads) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    return this.#idle.pop() ?? new ReaderThread();
  }

  #giveBack(thread: ReaderThread): void {
    this.#busy -= 1;
    if (!thread.isDead) this.#idle.push(thread);
    this.#waiting.shift()?.();
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => void this.#endIdle(), idleThreadMs);
    this.#expiry.unref();
  }
}
