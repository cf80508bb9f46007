import { type JobContext, PeriodicJob } from '@assay/jobs';
import { Injectable } from '@nestjs/common';
import { ExpireRuns } from './expire-runs.service.js';

/** Once an hour: a run that is kept an hour longer is no harm. */
@Injectable()
export class ExpireRunsJob {
  constructor(private readonly expireRuns: ExpireRuns) {}

  @PeriodicJob({ name: 'case-engine-expire-runs', cron: '17 * * * *' })
  async run({ signal, logger }: JobContext): Promise<void> {
    const removed = await this.expireRuns.execute(new Date(), signal);
    if (removed > 0) logger.info({ removed }, 'removed runs that policies let go');
  }
}
