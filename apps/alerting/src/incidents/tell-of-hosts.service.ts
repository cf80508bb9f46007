import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { raise, recovery } from '../alerts/alert.js';
import { QueueAlerts, type Raised } from '../alerts/queue-alerts.service.js';
import { type ArmedRule, type RuleBook, RuleBooks } from '../rules/rule-books.service.js';
import { isAskedFor, match } from '../rules/rule-matching.policy.js';
import { hush } from '../silences/silence.policy.js';
import type { EndpointEvent } from './endpoint-event.js';
import { IncidentsStore } from './incidents.store.js';

/**
 * Tells of what happens to hosts, and of its end: to the same channels, once each, whatever the order in which the events of
 * beginning and end come.
 */
@Injectable()
export class TellOfHosts {
  constructor(
    private readonly ruleBooks: RuleBooks,
    private readonly incidents: IncidentsStore,
    private readonly queue: QueueAlerts,
  ) {}

  async execute(tx: Transaction, events: readonly EndpointEvent[]): Promise<void> {
    const book = await this.ruleBooks.of(tx);
    for (const event of events) {
      const raised: Raised[] = [];
      for (const rule of book.rules.filter((each) => speaksTo(event, each))) {
        const told = (await this.begin(tx, event, rule, book)) ?? (await this.end(tx, event, rule, book));
        if (told !== null) raised.push(told);
      }
      // Each before the next: the end of an incident looks for the alert of its beginning.
      await this.queue.execute(tx, raised);
    }
  }

  private async begin(
    tx: Transaction,
    event: EndpointEvent,
    rule: ArmedRule,
    { silences }: RuleBook,
  ): Promise<Raised | null> {
    const matching = event.onlyEnds ? null : match(rule, event.notable);
    if (matching === null) return null;
    const { findings, silencedBy } = hush(silences, event.notable, rule.id, matching, tx.now);
    const alert = raise(rule, event.notable, findings, silencedBy, tx.now);
    const { previousScore } = event.notable.details as { previousScore?: number };
    const recoversAt = event.about === 'score' ? (previousScore ?? null) : null;
    const at = new Date(event.notable.time);
    await this.incidents.open(tx, { ruleId: rule.id, incident: event.incident }, { alertId: alert.id, at, recoversAt });
    return { alert: { ...alert, content: { ...alert.content, incident: event.incident } }, tells: tellsOf(rule) };
  }

  private async end(
    tx: Transaction,
    event: EndpointEvent,
    rule: ArmedRule,
    { silences }: RuleBook,
  ): Promise<Raised | null> {
    const { notable, incident, left, about, score } = event;
    if (about === 'score' && score === null) return null;
    if (left.some((finding) => isAskedFor(rule, finding))) return null;
    const over = await this.incidents.close(tx, { ruleId: rule.id, incident }, new Date(notable.time), score);
    if (over === null) return null;
    const { silencedBy } = hush(silences, notable, rule.id, [], tx.now);
    const alert = recovery(rule, notable, silencedBy, tx.now);
    return { alert: { ...alert, content: { ...alert.content, incident } }, tells: tellsOf(rule) };
  }
}

function speaksTo({ notable, about }: EndpointEvent, { on, where }: ArmedRule): boolean {
  return on.includes(notable.name) && (about === 'score') === (where.scoreDrop !== undefined);
}

function tellsOf({ tells }: ArmedRule): Raised['tells'] {
  return tells.map((id) => ({ id, hopeless: null }));
}
