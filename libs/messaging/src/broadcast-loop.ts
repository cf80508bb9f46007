import type { Domain } from '@assay/contracts';
import { DeliverPolicy } from '@nats-io/jetstream';
import type { Logger } from '@assay/telemetry';
import type { Broker } from './broker.js';
import { decodeEnvelope, withData } from './decode.js';
import { limits } from './limits.js';
import type { Names } from './names.js';
import type { RegisteredHandler } from './registered-handler.js';
import type { BroadcastSubscription } from './subscription.js';

/**
 * Hears one contract on one stream, from now on, in this process alone: an ordered ephemeral consumer that is rebuilt
 * after trouble. What happened in a gap is not heard, so a listener that waits for something reads its row again.
 */
export class BroadcastLoop {
  private stopped = false;
  private end: () => void = () => undefined;
  private listening: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly domain: Domain,
    private readonly handler: RegisteredHandler<BroadcastSubscription>,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the first consumer exists, so that a started service misses nothing from then on; or when there is no
   * stream yet: a service starts without the one that it would hear, and listens once that is there.
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => (this.listening = this.listenForEver(resolve)));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.end();
    await this.listening;
  }

  private async listenForEver(begun: () => void): Promise<void> {
    while (!this.stopped) {
      try {
        await this.listen(begun);
      } catch (error) {
        this.logger.debug({ err: error, type: this.handler.subscription.contract.type }, 'broadcast is rebuilt');
        begun();
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, limits.rebuildDelayMs));
    }
  }

  private async listen(begun: () => void): Promise<void> {
    const { contract } = this.handler.subscription;
    const consumer = await this.broker.jetstream.consumers.get(this.names.stream(this.domain), {
      filter_subjects: this.names.filter(contract, this.domain, '*'),
      deliver_policy: DeliverPolicy.New,
    });
    const messages = await consumer.consume({ max_messages: 1_000, idle_heartbeat: 2_000, expires: 10_000 });
    this.end = () => messages.stop();
    if (this.stopped) messages.stop();
    begun();
    void (async () => {
      for await (const status of messages.status()) {
        if (status.type === 'stream_not_found' || status.type === 'consumer_not_found') messages.stop();
      }
    })();
    for await (const message of messages) {
      try {
        await this.handler.call(withData(decodeEnvelope(message.string()), contract));
      } catch (error) {
        this.logger.warn({ err: error, type: contract.type }, 'a broadcast handler failed');
      }
    }
  }
}
