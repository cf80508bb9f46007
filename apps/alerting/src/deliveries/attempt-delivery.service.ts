import { alertingChangedV1, notificationDeliveredV1, notificationFailedV1 } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { METRICS } from '@assay/service-host';
import { type Metrics, withTraceparent } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { ChannelsStore } from '../channels/channels.store.js';
import type { Attempt } from '../outbound/webhook.client.js';
import { SendMessage } from '../outbound/send-message.service.js';
import { afterAttempt, type Next } from './delivery.js';
import { type ClaimedDelivery, DeliveriesStore, type Written } from './deliveries.store.js';

/** One attempt at a claimed delivery: sent outside of any transaction, then written down with what follows from it. */
@Injectable()
export class AttemptDelivery {
  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesStore,
    private readonly channels: ChannelsStore,
    private readonly sendMessage: SendMessage,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  async execute(tenant: TenantSlug, delivery: ClaimedDelivery): Promise<void> {
    await withTraceparent(delivery.traceparent ?? undefined, async () => {
      if (!delivery.channelUsable) {
        const because = 'The channel was turned off or removed.';
        return this.conclude(tenant, delivery, null, { next: 'failed', because, disableChannel: false });
      }
      const result = await this.sendMessage.execute(tenant, delivery);
      const outcome = afterAttempt(delivery.attempt, result, Math.random());
      this.count(result, outcome);
      return this.conclude(tenant, delivery, result, outcome);
    });
  }

  private async conclude(
    tenant: TenantSlug,
    delivery: ClaimedDelivery,
    result: Attempt | null,
    outcome: Next,
  ): Promise<void> {
    const { receiptId, lane } = delivery;
    await this.transactions.run({ tenant, correlationId: receiptId, lane }, async (tx) => {
      const mine = await this.deliveries.conclude(tx, delivery, result, written(outcome, tx.now));
      if (!mine) return;
      this.publish(tx, delivery, result, outcome);
      if (outcome.next === 'failed' && outcome.disableChannel) await this.disable(tx, delivery, outcome.because);
    });
  }

  private publish(tx: Transaction, delivery: ClaimedDelivery, result: Attempt | null, outcome: Next): void {
    const { id, alertId, channelId, attempt } = delivery;
    const { runId, caseId } = delivery.content;
    const statusCode = result?.statusCode ?? null;
    const event = { deliveryId: id, alertId, channelId, attempt, statusCode, runId, caseId };
    if (outcome.next === 'delivered') tx.publish(notificationDeliveredV1, event, { subject: id });
    if (outcome.next === 'failed')
      tx.publish(notificationFailedV1, { ...event, error: outcome.because }, { subject: id });
  }

  /** The receiver is gone for good. Other processes hear of it by the event. */
  private async disable(tx: Transaction, { channelId }: ClaimedDelivery, because: string): Promise<void> {
    const channel = await this.channels.find(tx, channelId);
    if (channel === null || !(await this.channels.disable(tx, channelId, because))) return;
    const change = { what: 'channel', id: channelId, change: 'updated', name: channel.name } as const;
    tx.publish(alertingChangedV1, change, { subject: channelId, correlationId: null });
  }

  private count(result: Attempt, outcome: Next): void {
    const label = result.blocked ? 'blocked' : outcome.next === 'retry' ? 'retried' : outcome.next;
    this.metrics.webhookDeliveries.inc({ outcome: label });
    this.metrics.webhookDeliveryDuration.observe({ outcome: label }, result.durationMs / 1000);
  }
}

function written(outcome: Next, now: Date): Written {
  switch (outcome.next) {
    case 'delivered':
      return { state: 'delivered', nextAttemptAt: null, error: null };
    case 'retry':
      return { state: 'pending', nextAttemptAt: new Date(now.getTime() + outcome.inMs), error: null };
    case 'failed':
      return { state: 'failed', nextAttemptAt: null, error: outcome.because };
  }
}
