import { type JobContext, PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HeartbeatsStore } from './heartbeats.store.js';

/** Forgets the history of heartbeats and versions that is older than the setting says, some thousand rows at a time. */
@Injectable()
export class ForgetHeartbeats {
  constructor(
    private readonly transactions: Transactions,
    private readonly heartbeats: HeartbeatsStore,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  @PeriodicJob({ name: 'forget-heartbeats', cron: '27 * * * *' })
  async forget({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const { heartbeatHistoryDays: days } = this.settings;
    const rows: number = limits.forgetHeartbeatsRows;
    for (const forget of [this.heartbeats.forget, this.heartbeats.forgetVersions]) {
      let removed = rows;
      while (removed === rows && !signal.aborted) {
        removed = await this.transactions.runAcrossTenants((tx) => forget(tx, days, rows));
      }
    }
  }
}
