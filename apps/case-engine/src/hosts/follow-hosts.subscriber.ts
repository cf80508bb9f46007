import {
  benchmarkCompletedV1,
  benchmarkRescoredV1,
  type EventOf,
  hostChangedV1,
  signalsClearedV1,
  signalsRaisedV1,
} from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { HostRulesStore } from './host-rules.store.js';
import { KnownHostsStore } from './known-hosts.store.js';
import { SettleHostCases } from './settle-host-cases.service.js';

/** What happens to hosts, and what it does to their cases. */
@Controller()
export class FollowHostsSubscriber {
  constructor(
    private readonly hosts: KnownHostsStore,
    private readonly rules: HostRulesStore,
    private readonly settle: SettleHostCases,
  ) {}

  @Subscribe(hostChangedV1, { durable: 'case-engine-know-hosts' })
  async onHost({ data, version }: EventOf<typeof hostChangedV1>, tx: Transaction): Promise<void> {
    await this.rules.move(tx, data.joined, data.host.hostId);
    await this.hosts.forget(tx, data.joined);
    if (await this.hosts.keep(tx, data, version ?? 0))
      await this.settle.execute(tx, [...data.joined, data.host.hostId]);
  }

  @Subscribe(signalsRaisedV1, { durable: 'case-engine-open-host-cases', batch: limits.hostCaseBatch })
  async onRaised(events: EventOf<typeof signalsRaisedV1>[], tx: Transaction): Promise<void> {
    await this.settle.ofSignals(tx, hostsOf(events));
  }

  @Subscribe(signalsClearedV1, { durable: 'case-engine-resolve-host-cases', batch: limits.hostCaseBatch })
  async onCleared(events: EventOf<typeof signalsClearedV1>[], tx: Transaction): Promise<void> {
    await this.settle.ofSignals(tx, hostsOf(events));
  }

  @Subscribe(benchmarkCompletedV1, { durable: 'case-engine-know-failing-rules' })
  async onBenchmark({ data }: EventOf<typeof benchmarkCompletedV1>, tx: Transaction): Promise<void> {
    if (data.isLatest && data.status === 'completed') await this.rules.keep(tx, data);
  }

  @Subscribe(benchmarkRescoredV1, { durable: 'case-engine-know-waived-rules' })
  async onRescored({ data }: EventOf<typeof benchmarkRescoredV1>, tx: Transaction): Promise<void> {
    await this.rules.rescore(tx, data);
  }
}

function hostsOf(
  events: readonly { readonly data: { readonly groups: readonly { readonly hostId: string }[] } }[],
): string[] {
  return events.flatMap(({ data }) => data.groups.map(({ hostId }) => hostId));
}
