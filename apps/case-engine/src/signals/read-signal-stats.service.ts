import { signalSeverities, signalStatuses } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ReadSignalsStore } from './read-signals.store.js';
import { SignalCountsStore } from './signal-counts.store.js';
import { SignalGroupsStore } from './signal-groups.store.js';
import { type Scope, SignalScope } from './signal-scope.service.js';
import { type Count, lastDayBefore, type SignalStats, statsOf } from './signal-stats.js';

/** Gives the counts of signals, which are kept as signals come and go. */
@Injectable()
export class ReadSignalStats {
  constructor(
    private readonly transactions: Transactions,
    private readonly counts: SignalCountsStore,
    private readonly groups: SignalGroupsStore,
    private readonly signals: ReadSignalsStore,
    private readonly scope: SignalScope,
  ) {}

  async execute(caller: Principal): Promise<SignalStats> {
    return this.transactions.run({ tenant: caller.tenant, repeated: true }, async (tx) => {
      const scope = await this.scope.of(tx, caller);
      const seesAll = scope.hosts === null && scope.hidden.length === 0;
      return seesAll ? this.ofAll(tx, scope) : this.ofHosts(tx, scope);
    });
  }

  private async ofAll(tx: Transaction, { firstKept }: Scope): Promise<SignalStats> {
    const { window, oneByOneAfter, oneByOneBefore } = lastDayBefore(tx.now);
    const counts = await this.counts.read(tx, window);
    const edge = await this.signals.happenedBetween(tx, oneByOneAfter, oneByOneBefore, firstKept);
    return statsOf(counts, edge);
  }

  /** Of some hosts: their groups have all but the last day, for which their signals are counted. */
  private async ofHosts(tx: Transaction, { hosts, hidden, firstKept }: Scope): Promise<SignalStats> {
    const groups = await this.groups.ofHosts(tx, hosts, hidden);
    const counts = groups.flatMap((group): Count[] => {
      const n = group.open + group.acknowledged + group.resolved;
      return [
        { dimension: 'total', key: '', n },
        { dimension: 'host', key: group.host_id, n },
        { dimension: 'rule', key: group.rule_id, n },
        ...signalStatuses.map((status): Count => ({ dimension: 'status', key: status, n: group[status] })),
        ...signalSeverities.map((severity): Count => ({ dimension: 'severity', key: severity, n: group[severity] })),
      ];
    });
    const seen = [...new Set(groups.map(({ host_id }) => host_id))];
    const { oneByOneAfter } = lastDayBefore(tx.now);
    const before = new Date(tx.now.getTime() + dayMs).toISOString();
    return statsOf(summed(counts), await this.signals.happenedOn(tx, seen, oneByOneAfter, before, firstKept));
  }
}

const dayMs = 86_400_000;

function summed(counts: readonly Count[]): Count[] {
  return [...Map.groupBy(counts, ({ dimension, key }) => `${dimension} ${key}`).values()]
    .map((same) => ({ ...same[0]!, n: same.reduce((sum, { n }) => sum + n, 0) }))
    .filter(({ n }) => n !== 0);
}
