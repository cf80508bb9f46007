import { type JobContext, PeriodicJob } from '@assay/jobs';
import { Injectable } from '@nestjs/common';
import { SettleRetention } from './settle-retention.service.js';

/** Once an hour, before the night's maintenance drops what it has settled. */
@Injectable()
export class SettleRetentionJob {
  constructor(private readonly settleRetention: SettleRetention) {}

  @PeriodicJob({ name: 'case-engine-settle-signal-retention', cron: '7 * * * *' })
  async run({ signal, logger }: JobContext): Promise<void> {
    const left = await this.settleRetention.execute(new Date(), signal);
    if (left > 0) logger.info({ left }, 'signals are past their retention');
  }
}
