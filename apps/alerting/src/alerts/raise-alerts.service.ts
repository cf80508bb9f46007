import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { isOver, match } from '../rules/rule-matching.policy.js';
import { type ArmedRule, type RuleBook, RuleBooks } from '../rules/rule-books.service.js';
import { hush } from '../silences/silence.policy.js';
import { raise, resolution } from './alert.js';
import type { NotableEvent } from './notable-event.js';
import { QueueAlerts, type Raised } from './queue-alerts.service.js';

/**
 * Holds events against the tenant's rules: an alert per rule and event, a delivery per alert and channel, in the
 * transaction of the events. Ids follow from event, rule and channel. Where nothing matches nothing is written.
 */
@Injectable()
export class RaiseAlerts {
  constructor(
    private readonly ruleBooks: RuleBooks,
    private readonly queue: QueueAlerts,
  ) {}

  /** True if any rule of the tenant names events of this kind: only then are findings worth reading from an artifact. */
  async anybodyCares(tx: Transaction, name: NotableEvent['name']): Promise<boolean> {
    return (await this.ruleBooks.of(tx)).rules.some(({ on }) => on.includes(name));
  }

  async execute(events: readonly NotableEvent[], tx: Transaction): Promise<void> {
    const book = await this.ruleBooks.of(tx);
    await this.queue.execute(
      tx,
      events.flatMap((event) => book.rules.flatMap((rule) => this.hold(event, rule, book, tx.now))),
    );
  }

  private hold(event: NotableEvent, rule: ArmedRule, { silences }: RuleBook, now: Date): Raised[] {
    const matching = match(rule, event);
    if (matching === null) return this.resolve(event, rule, { silences }, now);
    const { findings, silencedBy } = hush(silences, event, rule.id, matching, now);
    const tells = rule.tells.map((id) => ({ id, hopeless: null }));
    return [{ alert: raise(rule, event, findings, silencedBy, now), tells }];
  }

  /** Channels that keep incidents are told when one is over. Nobody else wants to read it. */
  private resolve(event: NotableEvent, rule: ArmedRule, { silences }: Pick<RuleBook, 'silences'>, now: Date): Raised[] {
    if (rule.keepIncidents.length === 0 || !isOver(rule, event)) return [];
    const { silencedBy } = hush(silences, event, rule.id, [], now);
    const tells = rule.keepIncidents.map((id) => ({ id, hopeless: null }));
    return [{ alert: resolution(rule, event, silencedBy, now), tells }];
  }
}
