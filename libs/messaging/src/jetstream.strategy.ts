import type { Logger, Metrics } from '@assay/telemetry';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { BroadcastLoop } from './broadcast-loop.js';
import type { Broker } from './broker.js';
import { ConsumerLoop } from './consumer-loop.js';
import { DeliveryWorkers } from './delivery-workers.js';
import type { EventProcessor } from './event-processor.js';
import type { Names } from './names.js';
import { RegisteredHandler } from './registered-handler.js';
import type { Subscription } from './subscription.js';
import { consumerPlans } from './topology.js';
import { jetStreamTransport } from './transport-id.js';

/**
 * Nest's transport over JetStream. Two things of the base class are replaced, because with them acknowledged delivery
 * would be a fiction: `handleEvent` swallows a handler's failure, and `addHandler` chains a second handler of the same
 * pattern behind the first, whose outcome nobody sees.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = jetStreamTransport;
  override readonly propagatesEventHandlerErrors = true;
  private readonly handlers = new Map<string, RegisteredHandler>();
  private readonly broadcasts: RegisteredHandler<Extract<Subscription, { mode: 'broadcast' }>>[] = [];
  private readonly consumers: ConsumerLoop[] = [];
  private readonly workers: DeliveryWorkers[] = [];
  private readonly listeners: BroadcastLoop[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly processor: EventProcessor,
    private readonly telemetry: { readonly logger: Logger; readonly metrics: Metrics },
  ) {
    super();
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    _isEventHandler?: boolean,
    extras: Record<string, unknown> = {},
  ): void {
    const subscription = extras['subscription'] as Subscription | undefined;
    if (subscription === undefined) throw new TypeError(`${String(pattern)} is not made by @Subscribe or @Broadcast`);
    if (subscription.mode === 'broadcast') {
      this.broadcasts.push(new RegisteredHandler(subscription, callback));
      return;
    }
    if (this.handlers.has(subscription.durable)) {
      throw new TypeError(`Two handlers want the durable ${subscription.durable}; each needs its own`);
    }
    this.handlers.set(subscription.durable, new RegisteredHandler(subscription, callback));
  }

  /** The handler of a durable subscription, for a replay. */
  handlerOf(durable: string): RegisteredHandler | undefined {
    return this.handlers.get(durable);
  }

  /** The handler behind a consumer's name on the broker, which may end in a domain or a lane. */
  handlerOfConsumer(consumer: string): RegisteredHandler | undefined {
    return [...this.handlers.values()].find(({ subscription }) =>
      consumerPlans(this.names, subscription).some(({ config }) => config.durable_name === consumer),
    );
  }

  listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    for (const workers of this.workers) workers.holdNoLonger();
    await Promise.all([...this.consumers, ...this.listeners].map((loop) => loop.stop()));
    await Promise.all(this.workers.map((workers) => workers.stop()));
  }

  on(): never {
    throw new TypeError('The JetStream transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.broker as T;
  }

  private async begin(): Promise<void> {
    for (const handler of this.broadcasts) {
      for (const domain of this.names.domainsOf(handler.subscription)) {
        this.listeners.push(new BroadcastLoop(this.broker, this.names, domain, handler, this.telemetry.logger));
      }
    }
    for (const handler of this.handlers.values()) {
      const lanes = Map.groupBy(consumerPlans(this.names, handler.subscription), ({ lane }) => lane);
      for (const [lane, plans] of lanes) {
        const { durable } = handler.subscription;
        const name = lane === null ? durable : `${durable}-${lane}`;
        const workers = new DeliveryWorkers(name, handler, this.processor, this.telemetry);
        this.workers.push(workers);
        for (const plan of plans) this.consumers.push(new ConsumerLoop(this.broker, plan, workers, this.telemetry));
      }
    }
    for (const workers of this.workers) workers.start();
    for (const consumer of this.consumers) {
      consumer.start();
      this.telemetry.metrics.beforeText(async () => {
        this.telemetry.metrics.consumerLag.set({ durable: consumer.durable }, await consumer.lag());
      });
    }
    await Promise.all(this.listeners.map((listener) => listener.start()));
  }
}
