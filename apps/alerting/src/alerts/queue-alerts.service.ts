import { alertRaisedV1, notificationFailedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { withTraceparent } from '@assay/telemetry';
import { Injectable } from '@nestjs/common';
import { DeliveriesStore } from '../deliveries/deliveries.store.js';
import { DeliveryDispatcher } from '../deliveries/delivery-dispatcher.service.js';
import { type Alert, deliveryIdOf } from './alert.js';
import { AlertsStore } from './alerts.store.js';

/** A channel that an alert is for. */
export interface Recipient {
  readonly id: Uuid;
  /** Why it can't be told, known beforehand; the delivery has failed from the beginning. */
  readonly hopeless: string | null;
}

/** An alert with whom it is for. */
export interface Raised {
  readonly alert: Alert;
  readonly tells: readonly Recipient[];
}

/** Writes alerts down with a delivery per channel, says so by events and wakes the dispatcher. What is there already stays as it is. */
@Injectable()
export class QueueAlerts {
  constructor(
    private readonly alerts: AlertsStore,
    private readonly deliveries: DeliveriesStore,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  async execute(tx: Transaction, raised: readonly Raised[]): Promise<void> {
    if (raised.length === 0) return;
    const each = [...new Map(raised.map((one) => [one.alert.id, one])).values()];
    const added = await this.alerts.add(
      tx,
      each.map(({ alert }) => alert),
    );
    const fresh = each.filter(({ alert }) => added.has(alert.id));
    for (const one of fresh) this.publish(tx, one);
    await this.queue(tx, fresh);
  }

  /** Events of a batch belong to several traces; each alert goes on with that of its own. */
  private publish(tx: Transaction, { alert, tells }: Raised): void {
    const { id, ruleId, eventId, eventName, receiptId, silencedBy, lane } = alert;
    const { runId, caseId } = alert.content;
    const told = silencedBy === null ? tells : [];
    const options = { correlationId: receiptId, lane };
    withTraceparent(alert.traceparent ?? undefined, () => {
      const channels = told.filter(({ hopeless }) => hopeless === null).length;
      const data = { alertId: id, ruleId, eventId, eventType: eventName, channels, runId, caseId };
      if (channels > 0 || told.length === 0) tx.publish(alertRaisedV1, data, { subject: id, ...options });
      for (const { id: channelId, hopeless } of told) {
        if (hopeless === null) continue;
        const deliveryId = deliveryIdOf(id, channelId);
        const failed = { deliveryId, alertId: id, channelId, attempt: 0, statusCode: null, runId, caseId };
        tx.publish(notificationFailedV1, { ...failed, error: hopeless }, { subject: deliveryId, ...options });
      }
    });
  }

  private async queue(tx: Transaction, raised: readonly Raised[]): Promise<void> {
    const deliveries = raised
      .filter(({ alert }) => alert.silencedBy === null)
      .flatMap(({ alert, tells }) =>
        tells.map(({ id: channelId, hopeless: failedBecause }) => ({
          id: deliveryIdOf(alert.id, channelId),
          alertId: alert.id,
          channelId,
          failedBecause,
        })),
      );
    if (deliveries.length === 0) return;
    await this.deliveries.add(tx, deliveries);
    const due = deliveries.filter(({ failedBecause }) => failedBecause === null);
    if (due.length === 0) return;
    tx.afterCommit(() => this.dispatcher.wake(tx.tenant, new Set(due.map(({ channelId }) => channelId))));
  }
}
