import { type SignalSeverity, signalsClearedV1 } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { tellGroups } from './apply-signal-change.service.js';
import { statusOf } from './signal.js';
import { SignalCountsStore } from './signal-counts.store.js';
import { type GroupLoss, SignalGroupsStore, unresolvedIn } from './signal-groups.store.js';
import { type Leaving, SignalRetentionStore } from './signal-retention.store.js';
import { SignalScope } from './signal-scope.service.js';
import { hourOf, minuteOf, Tally } from './tally.js';

/**
 * Takes signals whose days are over out of counts and groups, piece by piece, so that their partitions may be dropped. From
 * the end of their last day on nobody sees or changes them, so that none is counted and hidden, or changed meanwhile.
 */
@Injectable()
export class SettleRetention {
  constructor(
    private readonly transactions: Transactions,
    private readonly retention: SignalRetentionStore,
    private readonly groups: SignalGroupsStore,
    private readonly counts: SignalCountsStore,
    private readonly scope: SignalScope,
  ) {}

  /** Gives how many signals left. */
  async execute(now: Date, signal?: AbortSignal): Promise<number> {
    // A transaction that began before midnight may still bring signals of the day that is over now.
    const before = this.scope.firstKept(new Date(now.getTime() - limits.settleGraceMs));
    const tenants = await this.transactions.runAcrossTenants((tx) => this.retention.tenants(tx));
    let left = 0;
    for (const tenant of tenants) left += await this.inTenant(tenant, before, now, signal);
    await this.transactions.runAcrossTenants(async (tx) => {
      const forgotten = new Date(now.getTime() - limits.hoursCountedMs).toISOString();
      await this.counts.forgetBefore(tx, minuteOf(forgotten), hourOf(forgotten));
      await this.retention.forgetKinds(tx, new Date(now.getTime() - limits.unusedKindsKeptMs));
    });
    return left;
  }

  private async inTenant(tenant: TenantSlug, before: Uuid, now: Date, signal?: AbortSignal): Promise<number> {
    let left = 0;
    for (let piece: { n: number; isLast: boolean } | null = null; piece?.isLast !== true; left += piece.n) {
      if (signal?.aborted) return left;
      piece = await this.transactions.run({ tenant, lane: 'bulk' }, (tx) => this.piece(tx, before, now));
    }
    return left;
  }

  private async piece(tx: Transaction, before: Uuid, now: Date): Promise<{ n: number; isLast: boolean }> {
    const from = await this.retention.lock(tx);
    if (from >= before) return { n: 0, isLast: true };
    const end = await this.retention.endOfPiece(tx, from, before, limits.settledAtOnce);
    const countedSince = new Date(now.getTime() - limits.hoursCountedMs).toISOString();
    const leaving = await this.retention.leaving(tx, from, end, countedSince);
    await this.takeOut(tx, leaving);
    await this.retention.settle(tx, end);
    return { n: leaving.reduce((sum, { n }) => sum + n, 0), isLast: end === before };
  }

  private async takeOut(tx: Transaction, leaving: readonly Leaving[]): Promise<void> {
    const tally = new Tally();
    for (const { host_id: hostId, rule_id: ruleId, severity, status, minute, n } of leaving) {
      tally.count({ hostId, ruleId, severity, status: statusOf(status) }, minute, -n);
    }
    await this.counts.add(tx, tally.deltas());
    const losses = [...Map.groupBy(leaving, ({ host_id, rule_id }) => `${host_id}\n${rule_id}`).values()].map(lossOf);
    const unresolved = new Map(
      losses.map(({ hostId, ruleId, counts }) => [`${hostId}\n${ruleId}`, unresolvedIn(counts)]),
    );
    const groups = await this.groups.takeOut(tx, losses);
    const cleared = groups.filter(
      (group) => unresolvedIn(group) === 0 && (unresolved.get(`${group.host_id}\n${group.rule_id}`) ?? 0) > 0,
    );
    tellGroups(tx, signalsClearedV1, cleared);
  }
}

function lossOf(leaving: readonly Leaving[]): GroupLoss {
  const { host_id: hostId, rule_id: ruleId } = leaving[0]!;
  const counts = { open: 0, acknowledged: 0, resolved: 0 };
  const bySeverity: Partial<Record<SignalSeverity, number>> = {};
  for (const { status, severity, n } of leaving) {
    counts[statusOf(status)] += n;
    bySeverity[severity] = (bySeverity[severity] ?? 0) + n;
  }
  return { hostId, ruleId, counts, bySeverity };
}
