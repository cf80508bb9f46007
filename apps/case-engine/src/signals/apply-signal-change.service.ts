import { type DataOf, signalsChangedV1, signalsClearedV1, signalsRaisedV1, signalStatuses } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { packed } from './packed.js';
import { type ChangedSignals, codeOf, isNews, type SignalChange, statusOf } from './signal.js';
import { type LockedSignal, SignalChangesStore } from './signal-changes.store.js';
import { SignalCountsStore } from './signal-counts.store.js';
import { type GroupMove, type GroupRecord, SignalGroupsStore, toGroup, unresolvedIn } from './signal-groups.store.js';
import type { Scope } from './signal-scope.service.js';
import { Tally } from './tally.js';

/**
 * Writes what somebody does to signals, with who, when and why, and says so; and which groups have nothing open any more,
 * or have again.
 */
@Injectable()
export class ApplySignalChange {
  constructor(
    private readonly changes: SignalChangesStore,
    private readonly groups: SignalGroupsStore,
    private readonly counts: SignalCountsStore,
  ) {}

  async execute(tx: Transaction, ids: readonly Uuid[], change: SignalChange, scope: Scope): Promise<ChangedSignals> {
    const found = ids.length === 0 ? [] : await this.changes.lock(tx, ids, scope);
    const news = found.filter(({ status, assignee }) => isNews(change, { status: statusOf(status), assignee }));
    if (news.length > 0) await this.write(tx, news, change);
    const there = new Set(found.map(({ id }) => id));
    const missing = ids.filter((id) => !there.has(id));
    return { changed: news.length, unchanged: found.length - news.length, missing, more: false };
  }

  private async write(tx: Transaction, signals: readonly LockedSignal[], change: SignalChange): Promise<void> {
    const { comment = null, reason = null } = change;
    const written = signals.map(({ id, status, assignee }) => ({
      id,
      from: status,
      to: change.status === undefined ? status : codeOf(change.status),
      assignee: change.assignee === undefined ? assignee : change.assignee,
    }));
    await this.changes.write(tx, written, { actor: tx.actor, comment, reason });
    const told = signals.map(({ id, signal_id, host_id, status }) => {
      const from = statusOf(status);
      return { id, signalId: signal_id, hostId: host_id, from, to: change.status ?? from };
    });
    for (const part of packed(told, limits.signalEventBytes)) {
      tx.publish(signalsChangedV1, { signals: part, assignee: change.assignee ?? null, comment, reason });
    }
    if (change.status !== undefined) await this.move(tx, signals, codeOf(change.status));
  }

  private async move(tx: Transaction, signals: readonly LockedSignal[], to: number): Promise<void> {
    const tally = new Tally();
    for (const { status } of signals) tally.move(statusOf(status), statusOf(to));
    await this.counts.add(tx, tally.deltas());
    const moves = movesOf(signals, to);
    this.tell(tx, moves, await this.groups.move(tx, moves));
  }

  private tell(tx: Transaction, moves: readonly GroupMove[], groups: readonly GroupRecord[]): void {
    const unresolvedBy = new Map(moves.map(({ hostId, ruleId, by }) => [`${hostId}\n${ruleId}`, by[0] + by[1]]));
    const [raised, cleared]: [GroupRecord[], GroupRecord[]] = [[], []];
    for (const group of groups) {
      const by = unresolvedBy.get(`${group.host_id}\n${group.rule_id}`) ?? 0;
      const now = unresolvedIn(group);
      if (now === 0 && by < 0) cleared.push(group);
      if (now > 0 && now === by) raised.push(group);
    }
    tellGroups(tx, signalsClearedV1, cleared);
    tellGroups(tx, signalsRaisedV1, raised);
  }
}

/** Says something of groups, in as many events as it takes. */
export function tellGroups(
  tx: Transaction,
  contract: typeof signalsClearedV1 | typeof signalsRaisedV1,
  groups: readonly GroupRecord[],
): void {
  for (const part of packed(groups.map(toGroup), limits.signalEventBytes)) {
    tx.publish(contract, { groups: part } satisfies DataOf<typeof signalsRaisedV1>);
  }
}

function movesOf(signals: readonly LockedSignal[], to: number): GroupMove[] {
  const moved = signals.filter(({ status }) => status !== to);
  return [...Map.groupBy(moved, ({ host_id, rule_id }) => `${host_id}\n${rule_id}`).values()].map((group) => {
    const by = signalStatuses.map((_, code) => group.filter(({ status }) => status === code).length * -1);
    by[to] = group.length;
    const { host_id: hostId, rule_id: ruleId } = group[0]!;
    return { hostId, ruleId, by: [by[0]!, by[1]!, by[2]!] };
  });
}
