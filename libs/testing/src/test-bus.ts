import { randomBytes } from 'node:crypto';
import { type Envelope, envelopeSchema } from '@assay/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inject } from 'vitest';

/** A prefix of its own for each test file: its streams and subjects are nobody else's. */
export function aPrefix(): string {
  return `t${randomBytes(6).toString('hex')}`;
}

/** The address of the run's nats-server. */
export function natsUrl(): string {
  return inject('natsUrl');
}

/** Hears everything that is published under a prefix, from now on. */
export class BusRecorder {
  readonly events: Envelope[] = [];

  private constructor(private readonly connection: NatsConnection) {}

  static async start(prefix: string): Promise<BusRecorder> {
    const url = new URL(natsUrl());
    const connection = await connect({
      servers: url.host,
      user: decodeURIComponent(url.username) || undefined,
      pass: decodeURIComponent(url.password) || undefined,
    });
    const recorder = new BusRecorder(connection);
    connection.subscribe(`${prefix}.>`, {
      callback: (_error, message) => void recorder.events.push(envelopeSchema.parse(message.json()) as Envelope),
    });
    await connection.flush();
    return recorder;
  }

  ofType(type: string): Envelope[] {
    return this.events.filter((event) => event.type === type);
  }

  async stop(): Promise<void> {
    await this.connection.close();
  }
}
