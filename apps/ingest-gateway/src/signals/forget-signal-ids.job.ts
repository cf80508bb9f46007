import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { SignalIdsStore } from './signal-ids.store.js';
import { SIGNAL_IDS_KEPT } from './signals.tokens.js';

const dayMs = 86_400_000;

/** Forgets the ids of signals that are kept no longer: nobody sends them again. */
@Injectable()
export class ForgetSignalIds {
  constructor(
    private readonly transactions: Transactions,
    private readonly ids: SignalIdsStore,
    @Inject(SIGNAL_IDS_KEPT) private readonly kept: { readonly days: number },
  ) {}

  /** In slices, each a transaction of its own, so that no lock is held for long. */
  @PeriodicJob({ name: 'ingest-gateway-forget-signal-ids', cron: '41 3 * * *' })
  async run(): Promise<void> {
    if (this.kept.days === 0) return;
    // A day longer than the signals themselves, so that none of them can come twice.
    const before = new Date(Date.now() - (this.kept.days + 1) * dayMs);
    for (let forgotten: number = limits.forgetSignalIds; forgotten === limits.forgetSignalIds;) {
      forgotten = await this.transactions.runAcrossTenants((tx) =>
        this.ids.forgetBefore(tx, before, limits.forgetSignalIds),
      );
    }
  }
}
