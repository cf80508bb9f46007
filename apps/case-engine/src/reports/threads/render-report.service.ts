import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AssayError } from '@assay/kernel';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../../case-engine.errors.js';
import { limits } from '../../limits.js';
import type { Rendered, RenderingTask } from './rendering.js';

/** The thread's code in the built output: a thread loads no TypeScript, so tests use the last build's. */
const workerFile = new URL(
  './render-report.worker.js',
  import.meta.url.endsWith('.ts') ? import.meta.url.replace('/src/', '/dist/') : import.meta.url,
);

/** Makes files of reports in a thread of its own, one after the other: setting pages takes seconds in which nothing else would run. */
@Injectable()
export class RenderReport implements OnApplicationShutdown {
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /**
   * The file.
   * @throws AssayError `unavailable`, `cases.reports-busy` where too many wait already; `bug`, `cases.report-failed`
   */
  async execute(task: RenderingTask): Promise<Buffer> {
    if (this.waiting >= limits.reportsWaiting) throw busy();
    this.waiting += 1;
    const mine = this.last.then(() => this.render(task));
    this.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.waiting -= 1;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.terminate();
  }

  private async render(task: RenderingTask): Promise<Buffer> {
    // Flags of the main thread, such as the tests' import conditions, do not fit the built code.
    const worker = (this.worker ??= new Worker(workerFile, { execArgv: [] }));
    const tooLong = AbortSignal.timeout(limits.reportRenderingMs);
    worker.ref();
    try {
      const died = once(worker, 'exit', { signal: tooLong }).then(() =>
        Promise.reject(new TypeError('The thread has ended')),
      );
      const answer = once(worker, 'message', { signal: tooLong });
      worker.postMessage(task, []);
      const [rendered] = (await Promise.race([answer, died])) as [Rendered];
      if (rendered.type === 'file') return Buffer.from(rendered.bytes.buffer);
      throw failed(Object.assign(new TypeError(rendered.message), { stack: rendered.stack }));
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      // It may still be at it, or is gone; the next report gets a new one.
      this.worker = null;
      await worker.terminate();
      throw failed(cause);
    } finally {
      worker.unref();
    }
  }
}

function busy(): AssayError<CaseEngineErrorCode> {
  const message = 'Too many reports are being made at this moment';
  return new AssayError('unavailable', 'cases.reports-busy', message, {
    retryAfterSeconds: limits.reportsRetrySeconds,
  });
}

function failed(cause: unknown): AssayError<CaseEngineErrorCode> {
  return new AssayError('bug', 'cases.report-failed', 'The report could not be made', { cause });
}
