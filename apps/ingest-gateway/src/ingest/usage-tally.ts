import type { TenantSlug } from '@assay/kernel';

interface Tally {
  /** What all gateways together had used when this one last asked. */
  total: Used;
  /** What has been added here since. */
  pending: Used;
}

/** What one tenant has sent in a day. */
export interface Used {
  readonly documents: number;
  readonly bytes: number;
  readonly signals: number;
}

/** What each tenant has used today as far as one gateway knows: the common total and its own uncounted part. */
export class UsageTally {
  private tallies = new Map<TenantSlug, Tally>();

  constructor(private day: string) {}

  /** Documents and bytes of a tenant today; undefined until `learn` has told a total. */
  usedOn(day: string, tenant: TenantSlug): Used | undefined {
    this.turnTo(day);
    const tally = this.tallies.get(tenant);
    return tally && plus(tally.total, tally.pending);
  }

  add(day: string, tenant: TenantSlug, used: Used): void {
    this.turnTo(day);
    const tally = this.tallies.get(tenant) ?? { total: nothing(), pending: nothing() };
    this.tallies.set(tenant, { ...tally, pending: plus(tally.pending, used) });
  }

  /** Takes everything that is to be written, for the day it was used on; tenants without news come to learn their totals. */
  takePending(): { readonly day: string; readonly used: ({ readonly tenant: TenantSlug } & Used)[] } {
    const used = [...this.tallies].map(([tenant, { pending }]) => ({ tenant, ...pending }));
    for (const [tenant, { total, pending }] of this.tallies) {
      this.tallies.set(tenant, { total: plus(total, pending), pending: nothing() });
    }
    return { day: this.day, used };
  }

  /** Puts back what could not be written. */
  putBack(day: string, used: readonly ({ readonly tenant: TenantSlug } & Used)[]): void {
    if (day !== this.day) return;
    for (const { tenant, ...each } of used) {
      const { total, pending } = this.tallies.get(tenant) ?? { total: nothing(), pending: nothing() };
      const back = { documents: -each.documents, bytes: -each.bytes, signals: -each.signals };
      this.tallies.set(tenant, { total: plus(total, back), pending: plus(pending, each) });
    }
  }

  learn(day: string, tenant: TenantSlug, total: Used): void {
    if (day !== this.day) return;
    this.tallies.set(tenant, { total: { ...total }, pending: this.tallies.get(tenant)?.pending ?? nothing() });
  }

  /** At midnight everybody begins anew. What was pending then is a second's worth at most. */
  private turnTo(day: string): void {
    if (day === this.day) return;
    this.day = day;
    this.tallies = new Map();
  }
}

function nothing(): Used {
  return { documents: 0, bytes: 0, signals: 0 };
}

function plus(one: Used, other: Used): Used {
  return {
    documents: one.documents + other.documents,
    bytes: one.bytes + other.bytes,
    signals: one.signals + other.signals,
  };
}
