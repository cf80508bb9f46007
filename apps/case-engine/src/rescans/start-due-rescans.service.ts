import { BulkJobs } from '@assay/jobs';
import type { TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { everything } from './rescan.js';
import { isDue } from './rescan-policy.js';
import { RescanLists, rescanJobName, StartRescan } from './start-rescan.service.js';

/** Begins the rescans of all tenants whose hour has come. What begins together is worked through together, in turns. */
@Injectable()
export class StartDueRescans {
  constructor(
    private readonly transactions: Transactions,
    private readonly lists: RescanLists,
    private readonly bulkJobs: BulkJobs,
    private readonly startRescan: StartRescan,
  ) {}

  /** Gives how many began. A tenant whose last rescan still goes on waits for its end. */
  async execute(now: Date, signal?: AbortSignal): Promise<number> {
    const tenants = await this.transactions.runAcrossTenants((tx) => this.lists.monitored.tenants(tx));
    let begun = 0;
    for (const { tenant, since } of tenants) {
      if (signal?.aborted) break;
      if (!(await this.isDue(tenant, since, now))) continue;
      await this.startRescan.execute(
        { tenant, actor: 'service:case-engine' },
        { scope: everything, trigger: 'schedule', refreshFeeds: true },
      );
      begun += 1;
    }
    return begun;
  }

  private async isDue(tenant: TenantSlug, since: Date, now: Date): Promise<boolean> {
    return this.transactions.run(tenant, async (tx) => {
      const policy = (await this.lists.policies.all(tx)).get('')!;
      if (!isDue(policy, since, now)) return false;
      const going = await this.bulkJobs.list(tx, { states: ['queued', 'running'] });
      return !going.some(({ name }) => name === rescanJobName);
    });
  }
}
