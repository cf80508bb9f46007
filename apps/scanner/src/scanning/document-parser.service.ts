import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { maxInlineDocumentBytes, parserThreads } from '../limits.js';
import { type ParsedBatch, parseDocument, type ParsedDocument, type ReadingTask } from './parsed-document.js';
import { ParserThread } from './parser-thread.js';

/** Reads documents: small ones at once, large ones in a thread, so that no handler waits for somebody else's megabytes. */
@Injectable()
export class DocumentParser implements OnApplicationShutdown {
  readonly #idle: ParserThread[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /** Like `parseDocument`; `size` in bytes decides where. */
  async parse(
    task: ReadingTask,
    source: AsyncIterable<Uint8Array>,
    size: number,
    sink: (batch: ParsedBatch) => void,
  ): Promise<ParsedDocument> {
    if (size <= maxInlineDocumentBytes) return parseDocument(task, source, sink);
    const thread = await this.#take();
    try {
      return await thread.parse(task, source, sink);
    } finally {
      this.#giveBack(thread);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#idle.map((thread) => thread.end()));
  }

  async #take(): Promise<ParserThread> {
    while (this.#busy >= parserThreads) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    return this.#idle.pop() ?? ParserThread.start();
  }

  #giveBack(thread: ParserThread): void {
    this.#busy -= 1;
    if (!thread.isDead) this.#idle.push(thread);
    this.#waiting.shift()?.();
  }
}
