import type { ServiceName } from '@assay/contracts';
import { DeadLettersStore, InboxStore, OutboxRelay, OutboxStore, type Transactions } from '@assay/persistence';
import type { Logger, Metrics } from '@assay/telemetry';
import { Broker } from './broker.js';
import { EventProcessor } from './event-processor.js';
import { ExhaustedDeliveries } from './exhausted-deliveries.js';
import { JetStreamPublisher } from './jetstream-publisher.js';
import { JetStreamStrategy } from './jetstream.strategy.js';
import { Names } from './names.js';
import { ReplayDeadLetter } from './replay.service.js';
import { StreamOwner } from './stream-owner.js';

export interface MessagingSettings {
  readonly service: ServiceName;
  readonly url: string;
  /** First token of every subject and stream; another one makes another installation on the same broker. */
  readonly prefix: string;
  /** Copies of each stream in a NATS cluster: 1 alone, 3 in production. */
  readonly replicas: number;
}

export interface MessagingParts {
  readonly transactions: Transactions;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Everything of one service that has to do with the bus: its stream, its relay, its consumers, its dead letters. */
export class Messaging {
  readonly strategy: JetStreamStrategy;
  readonly replay: ReplayDeadLetter;
  readonly relay: OutboxRelay;
  private readonly owner: StreamOwner;
  private readonly exhausted: ExhaustedDeliveries;

  private constructor(
    readonly broker: Broker,
    settings: MessagingSettings,
    parts: MessagingParts,
  ) {
    const { transactions, logger, metrics } = parts;
    const names = new Names(settings.prefix);
    const outbox = new OutboxStore();
    const inbox = new InboxStore();
    const deadLetters = new DeadLettersStore();
    const processor = new EventProcessor(settings.service, transactions, inbox, deadLetters, logger);
    this.strategy = new JetStreamStrategy(broker, names, processor, { logger, metrics });
    this.replay = new ReplayDeadLetter(transactions, deadLetters, inbox, this.strategy, processor);
    this.relay = new OutboxRelay(
      transactions,
      outbox,
      new JetStreamPublisher(broker, names, metrics),
      logger,
      (backlog) => {
        metrics.outboxUnpublished.set(backlog.unpublished);
        metrics.outboxOldestUnpublished.set(backlog.oldestSeconds);
      },
    );
    this.owner = new StreamOwner(
      broker,
      names,
      settings.service,
      { transactions, store: outbox },
      {
        replicas: settings.replicas,
        logger,
      },
    );
    const handlerOfConsumer = (consumer: string) => this.strategy.handlerOfConsumer(consumer);
    this.exhausted = new ExhaustedDeliveries(
      broker,
      names,
      settings.service,
      { transactions, processor, handlerOfConsumer },
      logger,
    );
  }

  /** Connects, makes the stream that the service owns, and starts publishing what waits in its outbox. */
  static async start(settings: MessagingSettings, parts: MessagingParts): Promise<Messaging> {
    const broker = await Broker.connect({ url: settings.url, name: settings.service }, parts.logger);
    const messaging = new Messaging(broker, settings, parts);
    messaging.relay.start();
    await broker.atEachConnect(() => messaging.owner.reconcile(messaging.relay));
    messaging.exhausted.start();
    return messaging;
  }

  /** `assay streams rebuild`: publishes everything again that the stream could still hold. Gives the number of events. */
  async rebuildStream(): Promise<number> {
    await this.owner.reconcile(this.relay);
    return this.owner.rebuild(this.relay);
  }

  /** After the consumers have ended: publishes what is left and disconnects. */
  async stop(): Promise<void> {
    await this.exhausted.stop();
    await this.relay.stop();
    await this.broker.close();
  }
}
