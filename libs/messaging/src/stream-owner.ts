import { domainOf, type ServiceName } from '@assay/contracts';
import { limits as persistenceLimits, type OutboxRelay, type OutboxStore, type Transactions } from '@assay/persistence';
import type { Logger } from '@assay/telemetry';
import type { Broker } from './broker.js';
import type { Names } from './names.js';
import { deadLetterStreamPlan, reconcileStream, streamPlan } from './topology.js';

/**
 * A service's care for the one stream it owns: made at start, brought to the plan at every reconnect, and refilled from
 * the outbox when the broker has forgotten it. The truth is in Postgres, so forgetting costs time and nothing else.
 */
export class StreamOwner {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly service: ServiceName,
    private readonly outbox: { readonly transactions: Transactions; readonly store: OutboxStore },
    private readonly options: { readonly replicas: number; readonly logger: Logger },
  ) {}

  /** Makes the stream what it should be. If it is younger than the last one we published to, everything goes out again. */
  async reconcile(relay: OutboxRelay): Promise<void> {
    const plan = streamPlan(this.names, domainOf(this.service), this.options.replicas);
    const created = await reconcileStream(this.broker.manager, plan);
    await reconcileStream(this.broker.manager, deadLetterStreamPlan(this.names, this.options.replicas));
    const { transactions, store } = this.outbox;
    const forgotten = await transactions.runAcrossTenants(async (tx) => {
      const before = await store.rememberIncarnation(tx, plan.name, created);
      if (before === null || before.getTime() === created.getTime()) return 0;
      return store.republishSince(tx, retained(tx.now));
    });
    if (forgotten > 0) {
      this.options.logger.warn(
        { stream: plan.name, events: forgotten },
        'the broker lost this stream; publishing again',
      );
      await relay.sweep(0);
    }
  }

  /** Publishes everything again that the stream could still hold. Gives the number of events. */
  async rebuild(relay: OutboxRelay): Promise<number> {
    const { transactions, store } = this.outbox;
    const events = await transactions.runAcrossTenants((tx) => store.republishSince(tx, retained(tx.now)));
    await relay.sweep(0);
    return events;
  }
}

function retained(now: Date): Date {
  return new Date(now.getTime() - persistenceLimits.streamRetentionDays * 86_400_000);
}
