import type { Envelope } from '@assay/contracts';
import { asAssayError, platformTenant } from '@assay/kernel';
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Logger, Metrics } from '@assay/telemetry';
import type { Broker } from './broker.js';
import { decodeEnvelope } from './decode.js';
import type { EventProcessor, Outcome } from './event-processor.js';
import { limits } from './limits.js';
import { MessageQueue } from './message-queue.js';
import type { RegisteredHandler } from './registered-handler.js';
import { type ConsumerPlan, reconcileConsumer } from './topology.js';

interface Delivery {
  readonly message: JsMsg;
  readonly envelope: Envelope;
}

/** What tells that `consume()` will give nothing more although it does not end (`platform-facts.md`, JetStream). */
const fatalStatuses = new Set(['consumer_deleted', 'consumer_not_found', 'stream_not_found', 'heartbeats_missed']);

/**
 * One pull consumer and its workers. Trouble with the broker (a restart, a deleted consumer, a lost stream) ends only
 * the inner loop: it is rebuilt until `stop()`.
 */
export class ConsumerLoop {
  private readonly queue = new MessageQueue<Delivery>();
  private readonly workers: Promise<void>[] = [];
  private messages: ConsumerMessages | null = null;
  private stopped = false;
  private pulling: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    private readonly plan: ConsumerPlan,
    private readonly handler: RegisteredHandler,
    private readonly processor: EventProcessor,
    private readonly telemetry: { readonly logger: Logger; readonly metrics: Metrics },
  ) {}

  start(): void {
    const workers = this.handler.subscription.concurrency ?? (this.batchSize > 1 ? 1 : limits.concurrency);
    for (let worker = 0; worker < workers; worker += 1) this.workers.push(this.work());
    this.pulling = this.pullForEver(workers);
  }

  /** Takes nothing new, finishes what is in hand, gives the rest back to the broker. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    await this.pulling;
    for (const { message } of this.queue.close()) message.nak();
    await Promise.all(this.workers);
  }

  /** Messages that wait for this consumer, delivered but unacknowledged ones included. */
  async lag(): Promise<number> {
    const info = await this.broker.manager.consumers.info(this.plan.stream, this.plan.config.durable_name);
    return info.num_pending + info.num_ack_pending;
  }

  get durable(): string {
    return this.plan.config.durable_name;
  }

  private get batchSize(): number {
    const { batch } = this.handler.subscription;
    return batch === true ? limits.batchMessages : batch === false || batch === undefined ? 1 : batch;
  }

  private async pullForEver(workers: number): Promise<void> {
    while (!this.stopped) {
      try {
        await this.pull(workers);
      } catch (error) {
        this.telemetry.logger.debug({ err: error, durable: this.durable }, 'consumer is rebuilt');
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, limits.rebuildDelayMs));
    }
  }

  private async pull(workers: number): Promise<void> {
    await reconcileConsumer(this.broker.manager, this.plan);
    const consumer = await this.broker.jetstream.consumers.get(this.plan.stream, this.durable);
    const ahead = Math.max(workers * limits.prefetchPerWorker, this.batchSize * 2);
    const messages = await consumer.consume({
      max_messages: ahead,
      threshold_messages: Math.ceil(ahead / 2),
      idle_heartbeat: 2_000,
      expires: 10_000,
    });
    this.messages = messages;
    if (this.stopped) messages.stop();
    void this.watch(messages);
    for await (const message of messages) {
      const delivery = await this.decode(message);
      if (delivery !== null) await this.queue.put(delivery, ahead);
    }
  }

  private async watch(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      if (fatalStatuses.has(status.type)) messages.stop();
    }
  }

  /** A message that is no envelope belongs to nobody: it is logged whole and ended, since no retry can mend it. */
  private async decode(message: JsMsg): Promise<Delivery | null> {
    try {
      return { message, envelope: decodeEnvelope(message.string()) };
    } catch (error) {
      const { logger, metrics } = this.telemetry;
      logger.error(
        { err: error, durable: this.durable, payload: message.string().slice(0, 2_000) },
        'a message is no event',
      );
      metrics.deadLetters.inc({ durable: this.durable, kind: 'invalid' });
      message.term('not an event envelope');
      return null;
    }
  }

  private async work(): Promise<void> {
    for (;;) {
      const first = await this.queue.take();
      if (first === null) return;
      const batch = [first, ...this.queue.takeWhile((next) => sameTenant(first, next), this.batchSize - 1)];
      await this.settle(batch);
    }
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
