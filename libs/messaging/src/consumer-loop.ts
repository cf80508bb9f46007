import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Logger, Metrics } from '@assay/telemetry';
import type { Broker } from './broker.js';
import { decodeEnvelope } from './decode.js';
import type { Delivery, DeliveryWorkers } from './delivery-workers.js';
import { limits } from './limits.js';
import { type ConsumerPlan, reconcileConsumer } from './topology.js';

/** What tells that `consume()` will give nothing more although it does not end (`platform-facts.md`, JetStream). */
const fatalStatuses = new Set(['consumer_deleted', 'consumer_not_found', 'stream_not_found', 'heartbeats_missed']);

/**
 * One pull consumer, which brings what it gets to the workers of its subscription. Trouble with the broker (a restart, a deleted consumer, a lost stream) ends only
 * the inner loop: it is rebuilt until `stop()`.
 */
export class ConsumerLoop {
  private messages: ConsumerMessages | null = null;
  private stopped = false;
  private pulling: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    private readonly plan: ConsumerPlan,
    private readonly workers: DeliveryWorkers,
    private readonly telemetry: { readonly logger: Logger; readonly metrics: Metrics },
  ) {}

  start(): void {
    this.pulling = this.pullForEver();
  }

  /** Takes nothing new; afterwards nothing more comes to the workers. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.messages?.stop();
    await this.pulling;
  }

  /** Messages that wait for this consumer, delivered but unacknowledged ones included. */
  async lag(): Promise<number> {
    const info = await this.broker.manager.consumers.info(this.plan.stream, this.plan.config.durable_name);
    return info.num_pending + info.num_ack_pending;
  }

  get durable(): string {
    return this.plan.config.durable_name;
  }

  private async pullForEver(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.pull();
      } catch (error) {
        this.telemetry.logger.debug({ err: error, durable: this.durable }, 'consumer is rebuilt');
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, limits.rebuildDelayMs));
    }
  }

  private async pull(): Promise<void> {
    await reconcileConsumer(this.broker.manager, this.plan);
    const consumer = await this.broker.jetstream.consumers.get(this.plan.stream, this.durable);
    const { ahead } = this.workers;
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
      if (delivery !== null) await this.workers.put(delivery);
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
}
