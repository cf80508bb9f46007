import { setTimeout as sleep } from 'node:timers/promises';

/** How the agent of `wire/santamon.md` §7 ships, in its own waits; `pace` shortens all of them alike. */
const shipping = {
  dequeue: 100,
  workers: 5,
  tries: 3,
  retryFirstMs: 2_000,
  flushEveryMs: 30_000,
  timeoutMs: 10_000,
  failuresThatOpen: 5,
  openMs: 30_000,
} as const;

/** A signal as the agent sends it. */
export interface ShippedSignal {
  readonly signal_id: string;
  readonly host_id: string;
  readonly [field: string]: unknown;
}

export interface ShipperOptions {
  /** The ingest address; asked again before every request, so that an agent finds a gateway that came elsewhere. */
  readonly endpoint: () => string;
  readonly apiKey: string;
  /** Of the agent's own waits: 1 is real time. */
  readonly pace?: number;
}

/**
 * The half of the agent of Santamon that a server meets: a queue on the host from which five workers post, three tries each
 * where the server is away, a breaker that opens after five failures, and a signal that leaves the queue after a 2xx alone.
 */
export class SantamonShipper {
  /** Signals by id for which a 200 came, in the order in which they were taken. */
  readonly taken = new Map<string, ShippedSignal>();
  /** What the 200s said, in their order. */
  readonly answers: { readonly duplicate: boolean; readonly signal_id: string | null }[] = [];
  /** How often each status came; 0 where nothing came. */
  readonly statuses = new Map<number, number>();
  private readonly queue: ShippedSignal[] = [];
  private failures = 0;
  private openUntil = 0;
  private readonly pace: number;

  constructor(private readonly options: ShipperOptions) {
    this.pace = options.pace ?? 1;
  }

  get waiting(): number {
    return this.queue.length;
  }

  enqueue(...signals: readonly ShippedSignal[]): void {
    this.queue.push(...signals);
  }

  /** One flush: up to a hundred signals, five at a time. What fails stays in the queue. */
  async flush(): Promise<void> {
    if (Date.now() < this.openUntil) return;
    const batch = this.queue.splice(0, shipping.dequeue);
    const todo = [...batch];
    const work = async (): Promise<void> => {
      for (let signal = todo.shift(); signal !== undefined; signal = todo.shift()) await this.ship(signal);
    };
    await Promise.all(Array.from({ length: shipping.workers }, work));
  }

  /** Flushes until nothing waits. @throws Error when something still does after `withinMs` */
  async drain(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.queue.length > 0) {
      if (Date.now() > deadline)
        throw new Error(`${this.queue.length} signals wait; ${JSON.stringify([...this.statuses])}`);
      const before = this.queue.length;
      await this.flush();
      if (this.queue.length >= before) await sleep(shipping.flushEveryMs * this.pace);
    }
  }

  /** One heartbeat, as the agent sends them: never again where it fails. */
  async heartbeat(beat: object): Promise<number> {
    const [endpoint] = this.options.endpoint().split(/\/ingest$/);
    return (await this.post(`${endpoint}/agents/heartbeat`, beat)).status;
  }

  private async ship(signal: ShippedSignal): Promise<void> {
    for (let attempt = 1; attempt <= shipping.tries; attempt += 1) {
      const { status, body } = await this.post(this.options.endpoint(), signal);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) {
        this.failures = 0;
        this.taken.set(signal.signal_id, signal);
        this.answers.push(body as { duplicate: boolean; signal_id: string | null });
        return;
      }
      if (status >= 400 && status < 500) break;
      if (attempt < shipping.tries) await sleep(shipping.retryFirstMs * 2 ** (attempt - 1) * this.pace);
    }
    this.queue.push(signal);
    this.failures += 1;
    if (this.failures >= shipping.failuresThatOpen) {
      this.failures = 0;
      this.openUntil = Date.now() + shipping.openMs * this.pace;
    }
  }

  private async post(url: string, body: object): Promise<{ status: number; body: unknown }> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': this.options.apiKey,
          'user-agent': 'github.com/0x4d31/santamon/0.2.0',
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(shipping.timeoutMs),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return { status: 0, body: null };
    }
  }
}
