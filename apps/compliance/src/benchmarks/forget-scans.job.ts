import { PeriodicJob } from '@assay/jobs';
import { limits as persistenceLimits, type Transaction, Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { BENCHMARK_SETTINGS, type BenchmarkSettings } from './benchmark-settings.js';
import { ForgetScansStore } from './forget-scans.store.js';

const dayMs = 86_400_000;

/** Forgets scans past their time, and what only they needed, a slice per transaction. */
@Injectable()
export class ForgetScans {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: ForgetScansStore,
    @Inject(BENCHMARK_SETTINGS) private readonly settings: BenchmarkSettings,
  ) {}

  @PeriodicJob({ name: 'forget-benchmark-scans', cron: '23 * * * *' })
  async run(): Promise<void> {
    const now = Date.now();
    const until = new Date(now - this.settings.retentionDays * dayMs);
    // When a rule was last seen is noted once a day, so that it may be a day older than its youngest scan.
    const unseenSince = new Date(until.getTime() - 2 * limits.ruleSeenEveryMs);
    const deliveredUntil = new Date(now - persistenceLimits.inboxKeepDays * dayMs);
    await this.repeat((tx, limit) => this.store.scans(tx, until, limit));
    await this.repeat((tx, limit) => this.store.rules(tx, unseenSince, limit));
    await this.repeat((tx, limit) => this.store.profiles(tx, until, limit));
    await this.repeat((tx, limit) => this.store.waivers(tx, deliveredUntil, limit));
  }

  private async repeat(slice: (tx: Transaction, limit: number) => Promise<number>): Promise<void> {
    let gone: number;
    do {
      gone = await this.transactions.runAcrossTenants((tx) => slice(tx, limits.forgetScansSlice));
    } while (gone === limits.forgetScansSlice);
  }
}
