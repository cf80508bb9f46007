import { Worker } from 'node:worker_threads';
import { AssayError, type ErrorKind } from '@assay/kernel';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { INLINE_MAX_BYTES, WORKER_THREADS } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import type { Task, TaskResult } from './heavy-work.worker.js';
import { doWork, type HeavyWork, memoryOf, withBuffers } from './heavy-work.js';

/**
 * Where the threads' program is. Tests run from source, which no thread can load: they use what was built from it, without
 * the process's own options, because the tests' would lead the imports to the sources again.
 */
const program = new URL(
  import.meta.url.replace('/signer/src/', '/signer/dist/').replace(/[^/]+$/, 'heavy-work.worker.js'),
);

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve(output: unknown): void; reject(error: Error): void }>;
}

/** Takes work on large documents off the event loop, which every other handler of the process shares. */
@Injectable()
export class WorkerThreads implements OnModuleDestroy {
  private readonly threads: Thread[] = [];
  private nextId = 1;

  /**
   * Does the work: in place if it is about `bytes` up to `INLINE_MAX_BYTES`, else in a thread,
   * which takes the input's bytes over. Throws what the work throws.
   */
  async run<Name extends keyof HeavyWork>(
    name: Name,
    input: HeavyWork[Name]['input'],
    bytes: number,
  ): Promise<HeavyWork[Name]['output']> {
    if (bytes <= INLINE_MAX_BYTES) return doWork(name, input);
    const { worker, waiting } = this.leastBusy();
    const id = this.nextId++;
    const done = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    worker.postMessage({ id, name, input } satisfies Task, memoryOf(input));
    return withBuffers((await done) as HeavyWork[Name]['output']);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  /** Threads are made when they are needed: most installations never see so large a document. */
  private leastBusy(): Thread {
    const idle = this.threads.find(({ waiting }) => waiting.size === 0);
    if (idle !== undefined) return idle;
    if (this.threads.length < WORKER_THREADS) return this.start();
    return this.threads.reduce((one, other) => (other.waiting.size < one.waiting.size ? other : one));
  }

  private start(): Thread {
    const thread: Thread = { worker: new Worker(program, { execArgv: [] }), waiting: new Map() };
    thread.worker.unref();
    thread.worker.on('message', (result: TaskResult) => {
      const caller = thread.waiting.get(result.id);
      thread.waiting.delete(result.id);
      if ('output' in result) return caller?.resolve(result.output);
      const { kind, code, message } = result.error;
      caller?.reject(new AssayError(kind as ErrorKind, code, message));
    });
    const gone = (cause: unknown): void => this.drop(thread, cause);
    thread.worker.on('error', gone).on('exit', gone);
    this.threads.push(thread);
    return thread;
  }

  /** A thread that ended (out of memory, most likely) fails what it had in hand; the next work starts another. */
  private drop(thread: Thread, cause: unknown): void {
    const at = this.threads.indexOf(thread);
    if (at >= 0) this.threads.splice(at, 1);
    const message = 'A thread for large documents ended before its work was done.';
    for (const { reject } of thread.waiting.values()) {
      reject(new AssayError<SignerErrorCode>('bug', 'signer.worker-failed', message, { cause }));
    }
    thread.waiting.clear();
  }
}
