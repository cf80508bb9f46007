import type { Envelope } from '@assay/contracts';
import { asAssayError, platformTenant } from '@assay/kernel';
import type { JsMsg } from '@nats-io/jetstream';
import type { Logger, Metrics } from '@assay/telemetry';
import type { EventProcessor, Outcome } from './event-processor.js';
import { limits } from './limits.js';
import { MessageQueue } from './message-queue.js';
import type { RegisteredHandler } from './registered-handler.js';

/** A message with the event in it. */
export interface Delivery {
  readonly message: JsMsg;
  readonly envelope: Envelope;
}

/**
 * The workers of one subscription and lane, over all streams that hold its events. One queue for all of them makes large
 * batches where each stream for itself would make small ones, which then wait for each other's row locks: the audit log
 * and the receipts were such rows.
 */
export class DeliveryWorkers {
  private readonly queue = new MessageQueue<Delivery>();
  private readonly workers: Promise<void>[] = [];
  private stopped = false;
  private turn: Promise<unknown> = Promise.resolve();
  private last = { beganMs: Number.NEGATIVE_INFINITY, size: 1 };

  /** @param durable the name in logs and metrics */
  constructor(
    readonly durable: string,
    private readonly handler: RegisteredHandler,
    private readonly processor: EventProcessor,
    private readonly telemetry: { readonly logger: Logger; readonly metrics: Metrics },
  ) {}

  start(): void {
    while (this.workers.length < this.count) this.workers.push(this.work());
  }

  /** How many messages a consumer fetches ahead, so that the next ones are there when the last are done. */
  get ahead(): number {
    return Math.max(this.count * limits.prefetchPerWorker, this.batchSize * 2);
  }

  /** Takes a delivery over; waits while there are enough already. */
  async put(delivery: Delivery): Promise<void> {
    await this.queue.put(delivery, this.ahead);
  }

  /** From now on what waits for a dependency is given back to the broker, so that nobody waits for it. */
  holdNoLonger(): void {
    this.stopped = true;
  }

  /** Once nobody puts anything more: finishes what is in hand, gives the rest back to the broker. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { message } of this.queue.close()) message.nak();
    await Promise.all(this.workers);
  }

  private get count(): number {
    return this.handler.subscription.concurrency ?? (this.batchSize > 1 ? 1 : limits.concurrency);
  }

  private get batchSize(): number {
    const { batch } = this.handler.subscription;
    return batch === true ? limits.batchMessages : batch === false || batch === undefined ? 1 : batch;
  }

  private async work(): Promise<void> {
    for (let batch = await this.next(); batch !== null; batch = await this.next()) await this.settle(batch);
  }

  /** The next batch, null once the queue is closed. One worker collects at a time; the others work or wait for their turn. */
  private next(): Promise<Delivery[] | null> {
    const batch = this.turn.then(() => this.collect());
    this.turn = batch;
    return batch;
  }

  private async collect(): Promise<Delivery[] | null> {
    const first = await this.queue.take();
    if (first === null) return null;
    await this.gather();
    const batch = [first, ...this.queue.takeWhile((next) => sameTenant(first, next), this.batchSize - 1)];
    this.last = { beganMs: performance.now(), size: batch.length };
    return batch;
  }

  /**
   * Waits for company where company is to be expected: the last batch had some, or began only just now. What leaves one
   * stage together then goes through all of them together, which under load is a third of the transactions.
   */
  private async gather(): Promise<void> {
    const { gatherMs } = this.handler.subscription;
    if (gatherMs === undefined || this.stopped) return;
    const isBusy = this.last.size > 1 || performance.now() - this.last.beganMs < gatherMs;
    if (isBusy) await this.queue.filled(this.batchSize - 1, gatherMs);
  }

  private async settle(batch: readonly Delivery[]): Promise<void> {
    const beat = keepAlive(batch);
    try {
      let waiting = batch;
      for (let hold = 0; waiting.length > 0; hold += 1) {
        waiting = await this.attempt(waiting);
        if (waiting.length === 0) return;
        if (this.stopped) return waiting.forEach(({ message }) => message.nak());
        await pause(limits.unavailableDelaysMs[Math.min(hold, limits.unavailableDelaysMs.length - 1)] ?? 0);
      }
    } finally {
      beat.stop();
    }
  }

  /** One try. Gives what must be held because a dependency is away. */
  private async attempt(batch: readonly Delivery[]): Promise<Delivery[]> {
    const end = this.telemetry.metrics.handlerDuration.startTimer({ durable: this.durable });
    const outcomes = await this.processor
      .process(
        this.handler,
        batch.map(({ envelope }) => envelope),
      )
      .catch((error: unknown): Outcome[] => {
        this.telemetry.logger.error(
          { err: asAssayError(error), durable: this.durable },
          'a handler could not be settled',
        );
        return batch.map(() => ({ outcome: 'hold' }));
      });
    end({ outcome: metricOutcome(outcomes) });
    return batch.filter((delivery, index) => !this.acknowledge(delivery, outcomes[index] ?? { outcome: 'hold' }));
  }

  /** Tells the broker. Gives false if the message stays in hand. */
  private acknowledge({ message, envelope }: Delivery, outcome: Outcome): boolean {
    const { logger, metrics } = this.telemetry;
    switch (outcome.outcome) {
      case 'done':
      case 'duplicate':
        message.ack();
        return true;
      case 'retry':
        logger.debug({ durable: this.durable, event: envelope.id, delayMs: outcome.delayMs }, 'event is retried');
        message.nak(outcome.delayMs);
        return true;
      case 'dead-letter':
        logger.warn({ durable: this.durable, event: envelope.id, type: envelope.type }, 'event became a dead letter');
        metrics.deadLetters.inc({ durable: this.durable, kind: 'settled' });
        message.ack();
        return true;
      case 'hold':
        return false;
    }
  }
}

function sameTenant(one: Delivery, other: Delivery): boolean {
  return (one.envelope.tenant || platformTenant) === other.envelope.tenant;
}

function metricOutcome(outcomes: readonly Outcome[]): 'done' | 'duplicate' | 'retried' | 'dead-lettered' | 'held' {
  const has = (wanted: Outcome['outcome']): boolean => outcomes.some(({ outcome }) => outcome === wanted);
  if (has('hold')) return 'held';
  if (has('dead-letter')) return 'dead-lettered';
  if (has('retry')) return 'retried';
  return has('done') ? 'done' : 'duplicate';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Says `working` for messages in hand, within the bound that a handler may take. */
function keepAlive(batch: readonly Delivery[]): { stop(): void } {
  const since = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - since > limits.handlingMs) clearInterval(timer);
    else for (const { message } of batch) message.working();
  }, limits.heartbeatMs);
  return { stop: () => clearInterval(timer) };
}
