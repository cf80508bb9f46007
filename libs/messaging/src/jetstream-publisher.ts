import type { Uuid } from '@assay/kernel';
import type { OutboxPublisher, OutboxRow } from '@assay/persistence';
import type { Metrics } from '@assay/telemetry';
import type { Broker } from './broker.js';
import { limits } from './limits.js';
import { brokerUnavailable } from './messaging.errors.js';
import type { Names } from './names.js';

/** Publishes outbox rows with their event id as `Nats-Msg-Id`, all at once, and gives those that the broker confirmed. */
export class JetStreamPublisher implements OutboxPublisher {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly metrics: Metrics,
  ) {}

  /** @throws AssayError `messaging.unavailable` if none was confirmed */
  async publish(rows: readonly OutboxRow[]): Promise<Uuid[]> {
    const outcomes = await Promise.allSettled(
      rows.map((row) =>
        this.broker.jetstream.publish(this.names.subject(row.subject), row.envelope, {
          msgID: row.id,
          timeout: limits.publishTimeoutMs,
          retries: 1,
        }),
      ),
    );
    const confirmed = rows.filter((_, index) => outcomes[index]?.status === 'fulfilled').map((row) => row.id);
    if (confirmed.length === 0 && rows.length > 0) {
      throw brokerUnavailable(outcomes.find((outcome) => outcome.status === 'rejected')?.reason);
    }
    this.metrics.outboxPublished.inc(confirmed.length);
    return confirmed;
  }
}
