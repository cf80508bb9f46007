import { setTimeout as sleep } from 'node:timers/promises';

const tries = 3;
const workers = 5;
/** The agent waits 2 s and 4 s, and 30 s between two flushes; nobody has to wait for that here. */
const betweenTriesMs = 100;
const betweenFlushesMs = 500;
const timeoutMs = 10_000;

/**
 * What Santamon's agent does with its signals (`wire/santamon.md` §7): five workers, three tries, everything else again at the
 * next flush; what was answered with a 4xx stays in the queue for ever.
 */
export class SantamonAgent {
  private queue: string[];
  /** Answers of the 4xx sort: each would stall a real agent. */
  readonly refusals: string[] = [];
  /** How often a try failed and another was made. */
  retries = 0;

  /** @param urls where it sends, in turns, as through a load balancer */
  constructor(
    private readonly urls: readonly string[],
    private readonly key: string,
    signals: readonly string[],
  ) {
    this.queue = [...signals];
  }

  /** Sends until nothing is left. @throws Error if something is after so long */
  async drain(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.queue.length > 0) {
      if (Date.now() > deadline) throw new Error(`${this.queue.length} signals are still in the queue`);
      const left: string[] = [];
      const batch = this.queue;
      await Promise.all(
        Array.from({ length: workers }, async () => {
          for (let signal = batch.shift(); signal !== undefined; signal = batch.shift()) {
            if (!(await this.delivered(signal))) left.push(signal);
          }
        }),
      );
      this.queue = left;
      if (left.length > 0) await sleep(betweenFlushesMs);
    }
  }

  private async delivered(signal: string): Promise<boolean> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const status = await this.post(signal, attempt);
      if (status >= 200 && status < 300) return true;
      if (status >= 400 && status < 500) {
        this.refusals.push(`${status} ${signal.slice(0, 200)}`);
        return false;
      }
      this.retries += 1;
      await sleep(betweenTriesMs);
    }
    return false;
  }

  /** Zero where nobody answered. */
  private async post(signal: string, attempt: number): Promise<number> {
    const url = this.urls[(signal.length + attempt) % this.urls.length]!;
    try {
      const answer = await fetch(`${url}/ingest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': this.key },
        body: signal,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}
