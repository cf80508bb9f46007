import { BulkJob, type BulkSlice, type JobContext, PeriodicJob, type SliceResult } from '@assay/jobs';
import { AssayError } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { AwaitFeeds } from './await-feeds.service.js';
import { RescanRuns } from './rescan-runs.service.js';
import { RescansStore } from './rescans.store.js';
import { StartDueRescans } from './start-due-rescans.service.js';
import { type RescanJobInput, rescanJobName } from './start-rescan.service.js';
import { VerifyRuns } from './verify-runs.service.js';

/** Begins rescans by the calendar, and does their slices. */
@Injectable()
export class RescanJob {
  constructor(
    private readonly startDueRescans: StartDueRescans,
    private readonly rescans: RescansStore,
    private readonly verifyRuns: VerifyRuns,
    private readonly rescanRuns: RescanRuns,
    private readonly awaitFeeds: AwaitFeeds,
  ) {}

  /** Tenants choose their hours, so somebody has to look at the clock more often than once an hour. */
  @PeriodicJob({ name: 'case-engine-start-rescans', cron: '*/10 * * * *' })
  async begin({ signal, logger }: JobContext): Promise<void> {
    const begun = await this.startDueRescans.execute(new Date(), signal);
    if (begun > 0) logger.info({ begun }, 'rescans have begun');
  }

  /**
   * One step of some runs: those that are verified are matched and judged, unless feeds are awaited, else some more are
   * verified. Several jobs share the list of one rescan; whoever finds nothing has ended, unless something was put off.
   */
  @BulkJob({ name: rescanJobName, concurrency: limits.rescanConcurrency })
  async slice({ job, tx }: BulkSlice<RescanJobInput, null>): Promise<SliceResult<null>> {
    const { rescanId } = job.input;
    const feeds = await this.awaitFeeds.execute(tx, rescanId);
    if (feeds === 'settled') return { cursor: null, done: 0, finished: false };
    const verified = feeds === 'waiting' ? [] : await this.rescans.take(tx, rescanId, 'verified');
    if (verified.length > 0) {
      const outcomes = await this.rescanRuns.execute(tx, rescanId, verified);
      await this.rescans.settle(tx, rescanId, outcomes, limits.rescanPutOffMs);
      return { cursor: null, done: outcomes.length, finished: false };
    }
    const waiting = await this.rescans.take(tx, rescanId, 'waiting');
    if (waiting.length > 0) {
      const outcomes = await this.verifyRuns.execute(tx, waiting);
      await this.rescans.settle(tx, rescanId, outcomes, limits.rescanPutOffMs);
      return { cursor: null, done: 0, finished: false };
    }
    if (!(await this.rescans.hasPutOff(tx, rescanId))) return { cursor: null, done: 0, finished: true };
    const code: CaseEngineErrorCode = 'cases.rescan-waits';
    throw new AssayError('unavailable', code, 'The runs that are left have been put off, or wait for feeds');
  }
}
