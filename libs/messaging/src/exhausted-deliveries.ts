import type { Transactions } from '@assay/persistence';
import type { Logger } from '@assay/telemetry';
import { AckPolicy, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { z } from 'zod';
import type { ServiceName } from '@assay/contracts';
import type { Broker } from './broker.js';
import { decodeEnvelope } from './decode.js';
import type { EventProcessor } from './event-processor.js';
import { limits } from './limits.js';
import { messagingError } from './messaging.errors.js';
import type { Names } from './names.js';
import type { RegisteredHandler } from './registered-handler.js';
import { reconcileConsumer } from './topology.js';

/** `io.nats.jetstream.advisory.v1.max_deliver` and `…terminated`: which message of which stream was given up, for whom. */
const advisorySchema = z.object({ stream: z.string(), consumer: z.string(), stream_seq: z.number().int() });

/**
 * The second net: messages whose handler dies with its process each time never reach the first one. The broker stops
 * delivering them and says so; this turns its word into a dead letter.
 */
export class ExhaustedDeliveries {
  private stopped = false;
  private end: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly service: ServiceName,
    private readonly work: {
      readonly transactions: Transactions;
      readonly processor: EventProcessor;
      readonly handlerOfConsumer: (consumer: string) => RegisteredHandler | undefined;
    },
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = this.listenForEver();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.end();
    await this.running;
  }

  private async listenForEver(): Promise<void> {
    while (!this.stopped) {
      await this.listen().catch((error: unknown) =>
        this.logger.debug({ err: error }, 'advisories are listened to again'),
      );
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, limits.rebuildDelayMs));
    }
  }

  private async listen(): Promise<void> {
    const stream = this.names.deadLetterStream;
    const durable = `${this.service}-exhausted-deliveries`;
    const config = {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(limits.ackWaitMs),
    };
    await reconcileConsumer(this.broker.manager, { stream, config });
    const consumer = await this.broker.jetstream.consumers.get(stream, durable);
    const messages = await consumer.consume({ max_messages: 10 });
    this.end = () => messages.stop();
    if (this.stopped) messages.stop();
    void (async () => {
      for await (const status of messages.status()) {
        if (['consumer_deleted', 'consumer_not_found', 'stream_not_found'].includes(status.type)) messages.stop();
      }
    })();
    for await (const message of messages) await this.capture(message);
  }

  private async capture(message: JsMsg): Promise<void> {
    const advisory = advisorySchema.safeParse(JSON.parse(message.string()));
    const handler = advisory.success ? this.work.handlerOfConsumer(advisory.data.consumer) : undefined;
    if (!advisory.success || handler === undefined) return message.ack();
    const stored = await this.broker.manager.streams.getMessage(advisory.data.stream, {
      seq: advisory.data.stream_seq,
    });
    if (stored !== null) {
      const event = decodeEnvelope(stored.string());
      const error = messagingError(
        'bug',
        'messaging.deliveries-exhausted',
        'The process that handled this event died or was stopped each time',
      );
      await this.work.transactions.run({ tenant: event.tenant, correlationId: event.correlationid }, (tx) =>
        this.work.processor.bury(tx, handler, event, error, limits.maxDeliver),
      );
    }
    message.ack();
  }
}
