import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ChannelsStore } from '../channels/channels.store.js';
import { limits } from '../limits.js';
import type { Silence } from '../silences/silence.policy.js';
import { SilencesStore } from '../silences/silences.store.js';
import { type AlertRule, channelsOf } from './alert-rule.js';
import { RulesStore } from './rules.store.js';

/** A rule that is on, with the channels that it tells now. */
export interface ArmedRule extends AlertRule {
  readonly tells: readonly Uuid[];
  /** Those of them that keep incidents, which end. */
  readonly keepIncidents: readonly Uuid[];
}

/** All that decides about a tenant's alerts. Without a channel it has no rules: nobody could be told. */
export interface RuleBook {
  readonly rules: readonly ArmedRule[];
  readonly silences: readonly Silence[];
}

interface Kept {
  readonly book: RuleBook;
  readonly goodUntilMs: number;
}

/**
 * The rule books of tenants, kept in memory, because most events match nothing and must cost nothing. A change in this
 * process counts from its commit on, one in another from its broadcast on, and at the latest after `ruleBookTtlMs`.
 */
@Injectable()
export class RuleBooks {
  private readonly kept = new Map<TenantSlug, Kept>();
  /** Counts what was forgotten, so that a book read before a change is not kept after it. */
  private changes = 0;

  constructor(
    private readonly rules: RulesStore,
    private readonly channels: ChannelsStore,
    private readonly silences: SilencesStore,
  ) {}

  async of(tx: Transaction): Promise<RuleBook> {
    const known = this.kept.get(tx.tenant);
    if (known !== undefined && known.goodUntilMs > tx.now.getTime()) return known.book;
    const before = this.changes;
    const book = await this.read(tx);
    if (before === this.changes) this.keep(tx.tenant, { book, goodUntilMs: tx.now.getTime() + limits.ruleBookTtlMs });
    return book;
  }

  /** To be called after the commit of any change to rules, channels or silences. */
  forget(tenant: TenantSlug): void {
    this.changes += 1;
    this.kept.delete(tenant);
  }

  private async read(tx: Transaction): Promise<RuleBook> {
    const usable = await this.channels.usable(tx);
    const silences = await this.silences.current(tx);
    if (usable.size === 0) return { rules: [], silences };
    await this.rules.ensureDefault(tx);
    const rules = await this.rules.list(tx, limits.perTenant, null);
    const armed = rules
      .filter(({ enabled }) => enabled)
      .map((rule) => ({ ...rule, tells: channelsOf(rule, usable) }))
      .map((rule) => ({ ...rule, keepIncidents: rule.tells.filter((id) => usable.get(id) === 'pagerduty') }))
      .filter(({ tells }) => tells.length > 0);
    return { rules: armed, silences };
  }

  private keep(tenant: TenantSlug, kept: Kept): void {
    this.kept.delete(tenant);
    const oldest = this.kept.keys().next();
    if (this.kept.size >= limits.ruleBooks && !oldest.done) this.kept.delete(oldest.value);
    this.kept.set(tenant, kept);
  }
}
