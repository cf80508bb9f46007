import { type EventOf, type SignalGroup, type signalsReceivedV1, signalsRaisedV1 } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { momentOfSignal } from './moment.js';
import { packed } from './packed.js';
import { SignalCountsStore } from './signal-counts.store.js';
import { SignalGroupsStore, toGroup, unresolvedIn } from './signal-groups.store.js';
import { SignalKindsStore } from './signal-kinds.store.js';
import { SignalScope } from './signal-scope.service.js';
import { SignalsStore } from './signals.store.js';
import { groupDeltas, Tally, type TimedSignal } from './tally.js';

/** Published by the gateway: signals that were accepted. */
export type SignalsReceived = EventOf<typeof signalsReceivedV1>;

/** Keeps signals, counts them, and says of which rules on which hosts there was nothing before. */
@Injectable()
export class IndexSignals {
  constructor(
    private readonly kinds: SignalKindsStore,
    private readonly signals: SignalsStore,
    private readonly groups: SignalGroupsStore,
    private readonly counts: SignalCountsStore,
    private readonly scope: SignalScope,
  ) {}

  async execute(events: readonly SignalsReceived[], tx: Transaction): Promise<void> {
    const received = this.timed(events, tx.now);
    if (received.length === 0) return;
    const kindIds = await this.kinds.idsOf(tx, received);
    const known = await this.signals.add(
      tx,
      received.map((signal, index) => ({ ...signal, kindId: kindIds[index]! })),
    );
    const fresh = known.size === 0 ? received : received.filter(({ id }) => !known.has(id));
    await this.counts.add(tx, tallyOf(fresh, tx.now).deltas());
    await this.raise(events, fresh, tx);
  }

  /** Those that are still to be kept, each once: a day that is over was taken out of the counts for good. */
  private timed(events: readonly SignalsReceived[], now: Date): TimedSignal[] {
    const firstKept = this.scope.firstKept(now);
    const timed = new Map<string, TimedSignal>();
    for (const { data } of events) {
      for (const signal of data.signals) {
        if (signal.id >= firstKept) timed.set(signal.id, { ...signal, moment: momentOfSignal(signal) });
      }
    }
    return [...timed.values()];
  }

  private async raise(
    events: readonly SignalsReceived[],
    fresh: readonly TimedSignal[],
    tx: Transaction,
  ): Promise<void> {
    const deltas = groupDeltas(fresh);
    const added = new Map(deltas.map((delta) => [keyOf(delta), unresolvedIn(delta.counts)]));
    const groups = (await this.groups.add(tx, deltas)).filter((record) => {
      const unresolved = unresolvedIn(record);
      return unresolved > 0 && unresolved === added.get(keyOf({ hostId: record.host_id, ruleId: record.rule_id }));
    });
    if (groups.length === 0) return;
    const causes = causesOf(events);
    for (const [because, raised] of Map.groupBy(groups.map(toGroup), (group) => causes.get(keyOf(group)))) {
      for (const part of packed(raised, limits.signalEventBytes)) {
        tx.publish(signalsRaisedV1, { groups: part }, { because });
      }
    }
  }
}

/** The event that brought the first signal of each group. */
function causesOf(events: readonly SignalsReceived[]): Map<string, SignalsReceived> {
  const causes = new Map<string, SignalsReceived>();
  for (const event of events) {
    for (const signal of event.data.signals) {
      const key = keyOf(signal);
      if (!causes.has(key)) causes.set(key, event);
    }
  }
  return causes;
}

function keyOf({ hostId, ruleId }: Pick<SignalGroup, 'hostId' | 'ruleId'>): string {
  return `${hostId}\n${ruleId}`;
}

/** Hours are counted for the last day alone, and of what clocks that are ahead call the next. */
function tallyOf(signals: readonly TimedSignal[], now: Date): Tally {
  const tally = new Tally();
  const firstHour = new Date(now.getTime() - limits.hoursCountedMs).toISOString();
  for (const signal of signals) tally.count(signal, signal.moment >= firstHour ? signal.moment : null);
  return tally;
}
