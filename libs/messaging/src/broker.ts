import { type JetStreamClient, jetstream, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '@assay/telemetry';
import { limits } from './limits.js';
import { brokerUnavailable, messagingError } from './messaging.errors.js';

export interface BrokerSettings {
  /** `nats://[user:password@]host:port`, several separated by commas. */
  readonly url: string;
  /** Connection name, as `nats server` reports show it. */
  readonly name: string;
}

/** One connection to the broker, which comes back by itself, and what to do each time it has. */
export class Broker {
  private readonly reconnected: (() => Promise<void>)[] = [];

  private constructor(
    readonly connection: NatsConnection,
    readonly jetstream: JetStreamClient,
    readonly manager: JetStreamManager,
    private readonly logger: Logger,
  ) {}

  /** Connects, waiting for a broker that is not there yet. @throws AssayError `messaging.server-too-old` */
  static async connect(settings: BrokerSettings, logger: Logger): Promise<Broker> {
    const servers = settings.url.split(',').map((server) => new URL(server.trim()));
    const [first] = servers;
    const connection = await connect({
      servers: servers.map((server) => server.host),
      user: first?.username === '' ? undefined : decodeURIComponent(first?.username ?? ''),
      pass: first?.password === '' ? undefined : decodeURIComponent(first?.password ?? ''),
      name: settings.name,
      maxReconnectAttempts: -1,
      reconnectTimeWait: limits.rebuildDelayMs,
      reconnectJitter: limits.rebuildDelayMs,
      waitOnFirstConnect: true,
      pingInterval: 10_000,
      maxPingOut: 2,
    });
    refuseOldServer(connection.info?.version ?? '0.0.0');
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const broker = new Broker(connection, jetstream(connection), manager, logger);
    void broker.watch();
    return broker;
  }

  /** Runs now and after every reconnect, one after another; a failure is tried again until it succeeds. */
  async atEachConnect(action: () => Promise<void>): Promise<void> {
    this.reconnected.push(action);
    await this.untilDone(action);
  }

  /** @throws AssayError `messaging.unavailable` */
  async check(): Promise<void> {
    try {
      await this.manager.getAccountInfo();
    } catch (error) {
      throw brokerUnavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.connection.drain().catch((_closed: unknown) => this.connection.close());
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      this.logger.debug({ status: status.type }, 'broker connection');
      if (status.type === 'reconnect') for (const action of this.reconnected) void this.untilDone(action);
    }
  }

  private async untilDone(action: () => Promise<void>): Promise<void> {
    while (!this.connection.isClosed()) {
      try {
        return await action();
      } catch (error) {
        this.logger.debug({ err: error }, 'broker is not ready yet');
        await new Promise((resolve) => setTimeout(resolve, limits.rebuildDelayMs));
      }
    }
  }
}

function refuseOldServer(version: string): void {
  const numbers = (text: string): number[] => text.split(/[.-]/).slice(0, 3).map(Number);
  const [major = 0, minor = 0] = numbers(version);
  const [oldestMajor = 0, oldestMinor = 0] = numbers(limits.oldestServer);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw messagingError(
    'invalid',
    'messaging.server-too-old',
    `nats-server ${version} is too old: Assay needs ${limits.oldestServer} or newer, with JetStream`,
  );
}
