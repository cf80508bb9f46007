import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { ChangeHooksStore } from './change-hooks.store.js';

const dayMs = 86_400_000;

/** Forgets deliveries that no forge repeats any more. An older one that came again would change nothing: it is dated. */
@Injectable()
export class ForgetChangeDeliveries {
  constructor(
    private readonly transactions: Transactions,
    private readonly hooks: ChangeHooksStore,
  ) {}

  @PeriodicJob({ name: 'ingest-gateway-forget-change-deliveries', cron: '29 2 * * *' })
  async run(): Promise<void> {
    const until = new Date(Date.now() - limits.changeDeliveryDays * dayMs);
    await this.transactions.runAcrossTenants((tx) => this.hooks.forget(tx, until));
  }
}
