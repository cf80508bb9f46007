import { type EventOf, vulnerabilityMergedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import { Transactions } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { MergeGroupsStore } from './merge-groups.store.js';

/** Two alias groups turned out to be one vulnerability: their clocks become one. */
@Controller()
export class MergeVulnerabilitiesSubscriber {
  constructor(
    private readonly transactions: Transactions,
    private readonly groups: MergeGroupsStore,
  ) {}

  /** The event is the platform's and the clocks are the tenants', so the work has a transaction of its own. It may repeat. */
  @Subscribe(vulnerabilityMergedV1, { durable: 'compliance-merge-vulnerabilities', concurrency: 1 })
  async onMerged({ data }: EventOf<typeof vulnerabilityMergedV1>): Promise<void> {
    await this.transactions.runAcrossTenants(async (tx) => {
      await this.groups.remember(tx, data.from, data.into);
      await this.groups.mergeClocks(tx, data.from, data.into);
    });
  }
}
