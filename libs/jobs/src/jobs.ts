import type { Database, Transactions } from '@assay/persistence';
import { asAssayError } from '@assay/kernel';
import type { Logger } from '@assay/telemetry';
import { BulkJobsStore } from './bulk-jobs.store.js';
import type { BulkJobs } from './bulk-jobs.js';
import { BulkRunner } from './bulk-runner.js';
import { forgetBulkJobs } from './forget-bulk-jobs.js';
import type { DeclaredJob, DeclaredOf } from './job-handlers.js';
import { limits } from './limits.js';
import { PeriodicJobs } from './periodic-jobs.js';
import { repeat, type Repeating } from './repeating.js';
import { RunningTicker } from './ticker.js';

/** What jobs work with. */
export interface JobsParts {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly bulkJobs: BulkJobs;
  readonly logger: Logger;
}

/** All periodic jobs, tickers and bulk work of a service in this process, from start to drain. */
export class Jobs {
  private readonly store = new BulkJobsStore();
  private periodic: PeriodicJobs | null = null;
  private runners: readonly BulkRunner[] = [];
  private tickers: readonly RunningTicker[] = [];
  private sweeping: Repeating | null = null;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly find: () => readonly DeclaredJob[],
    private readonly parts: JobsParts,
  ) {}

  /** Begins to work on what the application's providers declare. */
  async start(): Promise<void> {
    const { database, transactions, bulkJobs, logger } = this.parts;
    const declared = this.find();
    const forget = forgetBulkJobs(transactions, this.store);
    this.periodic = new PeriodicJobs(database, [...only(declared, 'periodic'), forget], logger);
    await this.periodic.start();
    this.runners = only(declared, 'bulk').map((job) => new BulkRunner(job, transactions, this.store, logger));
    bulkJobs.tellOfStarted((name) => this.wake([name]));
    if (this.runners.length > 0) this.sweeping = repeat(limits.bulkSweepMs, () => this.sweep());
    this.tickers = only(declared, 'ticker').map((job) => new RunningTicker(job, database, transactions, logger));
  }

  /** Takes up nothing new and waits for what is running, 20 s at most. May be called again. */
  async stop(): Promise<void> {
    this.stopping ??= this.drain();
    await this.stopping;
  }

  /**
   * Runs a periodic job now. Gives the run's id; null if it is running, or about to, anyway.
   * @throws AssayError `jobs.unknown-job`
   */
  async runNow(name: string): Promise<string | null> {
    return this.periodic?.runNow(name) ?? null;
  }

  private wake(names: readonly string[]): void {
    for (const runner of this.runners) if (names.includes(runner.name)) runner.wake();
  }

  /** Finds what other processes began, what they left when they died, and what was put off. */
  private async sweep(): Promise<void> {
    const names = this.runners.map((runner) => runner.name);
    try {
      this.wake(await this.parts.transactions.runAcrossTenants((tx) => this.store.due(tx, names)));
    } catch (error) {
      const level = asAssayError(error).kind === 'unavailable' ? 'debug' : 'error';
      this.parts.logger[level]({ err: error }, 'the sweep for bulk work failed');
    }
  }

  private async drain(): Promise<void> {
    this.parts.bulkJobs.tellOfStarted(() => undefined);
    const all = [this.sweeping, this.periodic, ...this.runners, ...this.tickers];
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, limits.drainMs)));
    const ends = Promise.allSettled(all.map((part) => part?.stop()));
    await Promise.race([ends, patience]);
    clearTimeout(timer);
  }
}

function only<Kind extends DeclaredJob['kind']>(jobs: readonly DeclaredJob[], kind: Kind): DeclaredOf<Kind>[] {
  return jobs.filter((job): job is DeclaredOf<Kind> => job.kind === kind);
}
