import { type JobContext, PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HeartbeatsStore } from './heartbeats.store.js';

/** Forgets the history of heartbeats that is older than the setting says, an hour's rows at a time. */
@Injectable()
export class ForgetHeartbeats {
  constructor(
    private readonly transactions: Transactions,
    private readonly heartbeats: HeartbeatsStore,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  @PeriodicJob({ name: 'forget-heartbeats', cron: '27 * * * *' })
  async forget({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
    let removed: number;
    do {
      removed = await this.transactions.runAcrossTenants((tx) =>
        this.heartbeats.forget(tx, this.settings.heartbeatHistoryDays, limits.forgetHeartbeatsRows),
      );
    } while (removed === limits.forgetHeartbeatsRows && !signal.aborted);
  }
}
