import {
  benchmarkCompletedV1,
  benchmarkRescoredV1,
  type EventContract,
  type EventOf,
  hostBackV1,
  hostSilentV1,
  signalsClearedV1,
  signalsRaisedV1,
} from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { benchmarkEvents, clearedSignals, hostIsBack, raisedSignals, silentHost } from './endpoint-event.js';
import { TellOfHosts } from './tell-of-hosts.service.js';

type Batch<Contract extends EventContract> = EventOf<Contract>[];
const batch = limits.matchBatchEvents;

/** Listens to what happens to hosts. */
@Controller()
export class TellOfHostsSubscriber {
  constructor(private readonly tellOfHosts: TellOfHosts) {}

  @Subscribe(signalsRaisedV1, { durable: 'alerting-match-raised-signals', batch })
  async onRaised(events: Batch<typeof signalsRaisedV1>, tx: Transaction): Promise<void> {
    await this.tellOfHosts.execute(tx, events.flatMap(raisedSignals));
  }

  @Subscribe(signalsClearedV1, { durable: 'alerting-match-cleared-signals', batch })
  async onCleared(events: Batch<typeof signalsClearedV1>, tx: Transaction): Promise<void> {
    await this.tellOfHosts.execute(tx, events.flatMap(clearedSignals));
  }

  /** What came late, or failed, says nothing of how the host is. */
  @Subscribe(benchmarkCompletedV1, { durable: 'alerting-match-benchmarks', batch })
  async onBenchmark(events: Batch<typeof benchmarkCompletedV1>, tx: Transaction): Promise<void> {
    const latest = events.filter(({ data }) => data.isLatest && data.status === 'completed');
    await this.tellOfHosts.execute(tx, latest.flatMap(benchmarkEvents));
  }

  @Subscribe(benchmarkRescoredV1, { durable: 'alerting-match-rescored-benchmarks', batch })
  async onRescored(events: Batch<typeof benchmarkRescoredV1>, tx: Transaction): Promise<void> {
    await this.tellOfHosts.execute(tx, events.flatMap(benchmarkEvents));
  }

  @Subscribe(hostSilentV1, { durable: 'alerting-match-silent-hosts', batch })
  async onSilent(events: Batch<typeof hostSilentV1>, tx: Transaction): Promise<void> {
    await this.tellOfHosts.execute(tx, events.map(silentHost));
  }

  @Subscribe(hostBackV1, { durable: 'alerting-match-hosts-back', batch })
  async onBack(events: Batch<typeof hostBackV1>, tx: Transaction): Promise<void> {
    await this.tellOfHosts.execute(tx, events.map(hostIsBack));
  }
}
