import { runsExpiredV1 } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { ExpiredRunsStore } from './expired-runs.store.js';
import { RescanPoliciesStore } from './rescan-policies.store.js';
import { RescansStore } from './rescans.store.js';

const dayMs = 24 * 60 * 60_000;

/**
 * Removes runs that the policies of tenants and repositories let go, and says so; nothing where nobody asked for it. Their
 * documents stay in the artifact store, whose own collector will find that nobody needs them.
 */
@Injectable()
export class ExpireRuns {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: RescanPoliciesStore,
    private readonly expired: ExpiredRunsStore,
    private readonly rescans: RescansStore,
  ) {}

  /** Gives how many were removed. */
  async execute(now: Date, signal?: AbortSignal): Promise<number> {
    const tenants = await this.transactions.runAcrossTenants((tx) => this.expired.tenants(tx));
    let removed = 0;
    for (const tenant of tenants) removed += await this.inTenant(tenant, signal);
    const until = new Date(now.getTime() - limits.rescanKeepDays * dayMs);
    await this.transactions.runAcrossTenants((tx) => this.rescans.forget(tx, until));
    return removed;
  }

  /** Some at a time, so that nobody waits for long. */
  private async inTenant(tenant: TenantSlug, signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (let some = 1; some > 0; removed += some) {
      if (signal?.aborted) break;
      some = await this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
        const runs = await this.expired.take(tx, await this.policies.all(tx));
        if (runs.length === 0) return 0;
        const ids = runs.map(({ id }) => id);
        await this.expired.remove(tx, ids);
        for (const [repo, of] of Map.groupBy(runs, (run) => [run.org, run.repo].filter(Boolean).join('/'))) {
          tx.publish(runsExpiredV1, { repo, runIds: of.map(({ id }) => id), count: of.length }, { subject: repo });
        }
        return runs.length;
      });
    }
    return removed;
  }
}
