import { alertRaisedV1 } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { withTraceparent } from '@assay/telemetry';
import { Injectable } from '@nestjs/common';
import { DeliveriesStore } from '../deliveries/deliveries.store.js';
import { DeliveryDispatcher } from '../deliveries/delivery-dispatcher.service.js';
import { match } from '../rules/rule-matching.policy.js';
import { type ArmedRule, type RuleBook, RuleBooks } from '../rules/rule-books.service.js';
import { hush } from '../silences/silence.policy.js';
import { type Alert, deliveryIdOf, raise } from './alert.js';
import { AlertsStore } from './alerts.store.js';
import type { NotableEvent } from './notable-event.js';

interface Raised {
  readonly alert: Alert;
  readonly rule: ArmedRule;
}

/**
 * Holds events against the tenant's rules: an alert per rule and event, a delivery per alert and channel, in the
 * transaction of the events. Ids follow from event, rule and channel. Where nothing matches nothing is written.
 */
@Injectable()
export class RaiseAlerts {
  constructor(
    private readonly ruleBooks: RuleBooks,
    private readonly alerts: AlertsStore,
    private readonly deliveries: DeliveriesStore,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  /** True if any rule of the tenant names events of this kind: only then are findings worth reading from an artifact. */
  async anybodyCares(tx: Transaction, name: NotableEvent['name']): Promise<boolean> {
    return (await this.ruleBooks.of(tx)).rules.some(({ on }) => on.includes(name));
  }

  async execute(events: readonly NotableEvent[], tx: Transaction): Promise<void> {
    const book = await this.ruleBooks.of(tx);
    const raised = events.flatMap((event) => book.rules.flatMap((rule) => this.hold(event, rule, book, tx.now)));
    if (raised.length === 0) return;

    const added = await this.alerts.add(
      tx,
      raised.map(({ alert }) => alert),
    );
    const fresh = raised.filter(({ alert }) => added.has(alert.id));
    for (const { alert, rule } of fresh) this.publish(tx, alert, rule);
    await this.queue(tx, fresh);
  }

  private hold(event: NotableEvent, rule: ArmedRule, { silences }: RuleBook, now: Date): Raised[] {
    const matching = match(rule, event);
    if (matching === null) return [];
    const { findings, silencedBy } = hush(silences, event, rule.id, matching, now);
    return [{ alert: raise(rule, event, findings, silencedBy, now), rule }];
  }

  /** Events of a batch belong to several traces; each alert goes on with that of its own. */
  private publish(tx: Transaction, alert: Alert, rule: ArmedRule): void {
    const { id, ruleId, eventId, eventName, receiptId, silencedBy } = alert;
    const { runId, caseId } = alert.content;
    const channels = silencedBy === null ? rule.tells.length : 0;
    withTraceparent(alert.traceparent ?? undefined, () =>
      tx.publish(
        alertRaisedV1,
        { alertId: id, ruleId, eventId, eventType: eventName, channels, runId, caseId },
        { subject: id, correlationId: receiptId, lane: alert.lane },
      ),
    );
  }

  private async queue(tx: Transaction, raised: readonly Raised[]): Promise<void> {
    const deliveries = raised
      .filter(({ alert }) => alert.silencedBy === null)
      .flatMap(({ alert, rule }) =>
        rule.tells.map((channelId) => ({ id: deliveryIdOf(alert.id, channelId), alertId: alert.id, channelId })),
      );
    if (deliveries.length === 0) return;
    await this.deliveries.add(tx, deliveries);
    tx.afterCommit(() => this.dispatcher.wake(tx.tenant, new Set(deliveries.map(({ channelId }) => channelId))));
  }
}
