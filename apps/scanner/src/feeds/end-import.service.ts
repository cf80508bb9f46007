import { advisoriesChangedV1 } from '@assay/contracts';
import { BulkJobs } from '@assay/jobs';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { touchedPackagesPerSlice } from '../limits.js';
import { feedsLockKey } from '../scanning/scans.store.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import type { FeedName, ImportResult } from './feed.js';
import { FeedsStore } from './feeds.store.js';
import { TouchedStore } from './touched.store.js';

/** The name of the bulk job that makes scans again. */
export const rejudgeJobName = 'scanner-rejudge';

/** Ends an import: what was written counts from here on, and whatever it touches is looked at again. */
@Injectable()
export class EndImport {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
    private readonly touched: TouchedStore,
    private readonly advisories: AdvisoryIndex,
    private readonly bulkJobs: BulkJobs,
  ) {}

  /**
   * First the next generation, then the delta: a document that was matched with the old advisories has committed before
   * the generation begins (`ScansStore.holdGeneration`), so the join with the inventory sees it.
   */
  async execute(refreshId: Uuid, feed: FeedName, result: ImportResult): Promise<void> {
    const { version, digest, added, changed, removed, rejected } = result;
    const isDelta = added + changed + removed > 0;
    const delta = result.delta === undefined ? {} : { delta: result.delta };
    await this.transactions.runAcrossTenants(async (tx) => {
      const saysElse = await this.feeds.succeeded(tx, feed, result);
      // Findings documents name the data that they were made with, so its new name begins a generation too.
      if (isDelta || saysElse) await this.feeds.beginGeneration(tx, feedsLockKey);
      if (!isDelta) return;
      const counts = { added, changed, removed, rejected };
      tx.publish(advisoriesChangedV1, { feed, version, digest, ...counts, ...delta }, { subject: feed, lane: 'bulk' });
    });
    this.advisories.forget();
    if (isDelta) await this.#rejudge(refreshId);
  }

  async #rejudge(refreshId: Uuid): Promise<void> {
    for (let after: string | undefined = ''; after !== undefined;) {
      after = await this.transactions.runAcrossTenants(async (tx) => {
        const keys = await this.touched.packages(tx, refreshId, after ?? '', touchedPackagesPerSlice);
        if (keys.length > 0) await this.touched.scansWith(tx, refreshId, keys);
        return keys.at(-1);
      });
    }
    await this.transactions.runAcrossTenants(async (tx) => {
      for (const { tenant, scans } of await this.touched.waiting(tx)) {
        await this.bulkJobs.start(tx, { name: rejudgeJobName, tenant, input: { refreshId }, total: scans });
      }
    });
  }
}
