import { caseChangedV1, type Subject } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, nextMoment, withSignals } from '../cases/case.js';
import { CasesStore } from '../cases/cases.store.js';
import { SignalGroupsStore, unresolvedIn } from '../signals/signal-groups.store.js';
import { type KnownHost, KnownHostsStore } from './known-hosts.store.js';

/**
 * Makes the cases of hosts say what signals say: one case per host, open while a rule that matched there is not resolved,
 * however often it matches. It looks at what is there now, so that it may be asked twice, late, and in any order.
 */
@Injectable()
export class SettleHostCases {
  constructor(
    private readonly hosts: KnownHostsStore,
    private readonly groups: SignalGroupsStore,
    private readonly cases: CasesStore,
  ) {}

  /** For the hosts that signals name. One that compliance has not told of yet is settled when it has. */
  async ofSignals(tx: Transaction, signalHosts: readonly string[]): Promise<void> {
    await this.execute(tx, await this.hosts.ofSignals(tx, [...new Set(signalHosts)]));
  }

  /** For hosts by our ids; of those that are no more nothing is open. */
  async execute(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    if (hostIds.length === 0) return;
    const known = await this.hosts.byIds(tx, hostIds);
    // Whoever settles the same host meanwhile waits here, and then sees what this one saw and more.
    const cases = await this.locked(tx, hostIds, known);
    const open = await this.openGroups(tx, known);
    const news = [...cases].flatMap(([hostId, kase]) => {
      const settled = withSignals(kase, open.get(hostId) ?? 0, nextMoment(kase.judgedAt, tx.now));
      return settled === null ? [] : [settled];
    });
    await this.cases.saveSignals(tx, news);
    for (const { id, subject, status, version, counts, signalGroups } of news) {
      const { kev: _kev, excluded: _excluded, ...bySeverity } = counts;
      tx.publish(
        caseChangedV1,
        { caseId: id, subject, status, counts: bySeverity, signalGroups },
        { subject: String(id), version },
      );
    }
  }

  /** The cases of these hosts; made only where something is open, so that a quiet fleet has none. */
  private async locked(
    tx: Transaction,
    hostIds: readonly Uuid[],
    known: readonly KnownHost[],
  ): Promise<Map<Uuid, Case>> {
    const busy = await this.openGroups(tx, known);
    const found = new Map<Uuid, Case>();
    for (const hostId of [...hostIds].toSorted()) {
      const subject: Subject = { kind: 'host', hostId };
      const kase = busy.has(hostId) ? await this.cases.lock(tx, subject) : await this.cases.lockKnown(tx, subject);
      if (kase !== null) found.set(hostId, kase);
    }
    return found;
  }

  /** How many rules are open, by host; quiet hosts are missing. */
  private async openGroups(tx: Transaction, known: readonly KnownHost[]): Promise<Map<Uuid, number>> {
    const hostOf = new Map(known.flatMap(({ hostId, ids }) => ids.map((id) => [id, hostId] as const)));
    const rules = new Map<Uuid, Set<string>>();
    for (const group of await this.groups.ofHosts(tx, [...hostOf.keys()])) {
      const hostId = hostOf.get(group.host_id);
      if (hostId === undefined || unresolvedIn(group) === 0) continue;
      const open = rules.get(hostId) ?? new Set();
      rules.set(hostId, open.add(group.rule_id));
    }
    return new Map([...rules].map(([hostId, open]) => [hostId, open.size]));
  }
}
