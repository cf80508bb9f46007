import type { Transactions } from '@assay/persistence';
import type { BulkJobsStore } from './bulk-jobs.store.js';
import type { DeclaredOf } from './job-handlers.js';
import { limits } from './limits.js';

const dayMs = 24 * 60 * 60 * 1000;

/** The periodic job that every service has: bulk jobs that ended 30 days ago are removed, at night and in portions. */
export function forgetBulkJobs(transactions: Transactions, store: BulkJobsStore): DeclaredOf<'periodic'> {
  return {
    kind: 'periodic',
    options: { name: 'forget-bulk-jobs', cron: '17 2 * * *' },
    async run({ signal }) {
      let removed: number = limits.bulkForgetRows;
      while (removed === limits.bulkForgetRows && !signal.aborted) {
        removed = await transactions.runAcrossTenants((tx) =>
          store.forget(tx, new Date(tx.now.getTime() - limits.bulkKeepDays * dayMs)),
        );
      }
    },
  };
}
