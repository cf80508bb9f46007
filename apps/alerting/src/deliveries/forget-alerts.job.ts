import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { AlertingEnv } from '../alerting.env.js';
import { AlertsStore } from '../alerts/alerts.store.js';
import { IncidentsStore } from '../incidents/incidents.store.js';
import { limits } from '../limits.js';
import { ALERTING_ENV } from '../tokens.js';

const dayMs = 86_400_000;

/** Forgets alerts past their time, with their deliveries and the log of these, a slice per transaction. What is still tried stays. */
@Injectable()
export class ForgetAlerts {
  constructor(
    private readonly transactions: Transactions,
    private readonly alerts: AlertsStore,
    private readonly incidents: IncidentsStore,
    @Inject(ALERTING_ENV) private readonly env: AlertingEnv,
  ) {}

  @PeriodicJob({ name: 'alerting-forget-alerts', cron: '41 * * * *' })
  async run(): Promise<void> {
    const until = new Date(Date.now() - this.env.ALERT_RETENTION_DAYS * dayMs);
    let gone: number;
    do {
      gone = await this.transactions.runAcrossTenants((tx) => this.alerts.forget(tx, until, limits.forgetSlice));
    } while (gone === limits.forgetSlice);
    do {
      gone = await this.transactions.runAcrossTenants((tx) => this.incidents.forget(tx, until, limits.forgetSlice));
    } while (gone === limits.forgetSlice);
  }
}
