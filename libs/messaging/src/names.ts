import { type Domain, domains, type EventContract, type Lane } from '@assay/contracts';
import type { Subscription } from './subscription.js';

/** Names on the broker, all under one prefix, so that several installations or test files share a server. */
export class Names {
  constructor(readonly prefix: string = 'assay') {}

  stream(domain: Domain): string {
    return `${this.prefix}_${domain}`.toUpperCase().replaceAll(/[^A-Z0-9_-]/g, '_');
  }

  /** The stream of advisories about messages that the broker gave up on. */
  get deadLetterStream(): string {
    return `${this.prefix}_DEAD_LETTERS`.toUpperCase();
  }

  /** The full subject of an outbox row. */
  subject(unprefixed: string): string {
    return `${this.prefix}.${unprefixed}`;
  }

  everythingIn(domain: Domain): string {
    return `${this.prefix}.${domain}.>`;
  }

  /** Where a contract's events of one lane appear in one domain's stream. */
  filter(contract: EventContract, domain: Domain, lane: Lane | '*'): string {
    return `${this.prefix}.${domain}.${contract.name}.${lane}.*`;
  }

  /** The streams that may hold a subscription's events. */
  domainsOf(subscription: Subscription): readonly Domain[] {
    if (subscription.mode === 'everything' || subscription.contract.domain === 'shared') return domains;
    return [subscription.contract.domain];
  }
}
