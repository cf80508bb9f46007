import { BulkJob, BulkJobs, type BulkSlice, type SliceResult } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { RescoreScans } from './rescore-scans.service.js';
import type { Concerned } from './waivers.store.js';

const jobName = 'compliance-rescore-scans';

/**
 * Scores anew what changed waivers, or a host's other name, ids or groups, concern: as much as one slice has in the
 * transaction that hears of it, the rest right after it by a job.
 */
@Injectable()
export class ApplyWaivers {
  constructor(
    private readonly rescore: RescoreScans,
    private readonly jobs: BulkJobs,
  ) {}

  async execute(tx: Transaction, concerned: Concerned): Promise<void> {
    const done = await this.rescore.slice(tx, concerned);
    if (done === limits.rescoreHosts) await this.jobs.start(tx, { name: jobName, input: concerned, lane: tx.lane });
  }

  @BulkJob({ name: jobName })
  async onSlice({ job, tx }: BulkSlice<Concerned, null>): Promise<SliceResult<null>> {
    const done = await this.rescore.slice(tx, job.input);
    return { cursor: null, done, finished: done < limits.rescoreHosts };
  }
}
