import { asAssayError, AssayError } from '@assay/kernel';
import type { Transactions } from '@assay/persistence';
import { inSpan, type Logger } from '@assay/telemetry';
import { afterFailure, type BulkJobView, faultOf } from './bulk-job.js';
import type { BulkJobsStore, Turn } from './bulk-jobs.store.js';
import type { DeclaredOf } from './job-handlers.js';
import type { JobsErrorCode } from './jobs.errors.js';

/** Does the slices of one kind of bulk job in this process, as long as there are any, and sleeps until it is woken. */
export class BulkRunner {
  private readonly workers = new Set<Promise<void>>();
  private wokenMeanwhile = false;
  private stopped = false;

  constructor(
    private readonly declared: DeclaredOf<'bulk'>,
    private readonly transactions: Transactions,
    private readonly store: BulkJobsStore,
    private readonly logger: Logger,
  ) {}

  get name(): string {
    return this.declared.options.name;
  }

  /** Tells that there may be work. Cheap to call too often. */
  wake(): void {
    this.wokenMeanwhile = true;
    const free = (this.declared.options.concurrency ?? 1) - this.workers.size;
    for (let each = 0; each < free && !this.stopped; each += 1) {
      const worker: Promise<void> = this.work().finally(() => {
        this.workers.delete(worker);
        if (this.wokenMeanwhile) this.wake();
      });
      this.workers.add(worker);
    }
  }

  /** Ends after the slices that are running. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wokenMeanwhile = false;
    await Promise.all(this.workers);
  }

  private async work(): Promise<void> {
    this.wokenMeanwhile = false;
    try {
      while (!this.stopped && (await this.doNextSlice()));
    } catch (error) {
      // The sweep wakes this runner again; until then a database that is away is left in peace.
      if (asAssayError(error).kind !== 'unavailable') this.logger.error({ err: error }, 'bulk work stands still');
    }
  }

  /** False if there is nothing to do that nobody is doing. */
  private async doNextSlice(): Promise<boolean> {
    const turn = await this.transactions.runAcrossTenants((tx) => this.store.takeTurn(tx, this.name));
    if (turn === null) return false;
    const held: { job: BulkJobView | null } = { job: null };
    const attributes = { 'assay.job': this.name, 'assay.job.id': turn.jobId, 'assay.tenant': turn.tenant };
    try {
      await inSpan('bulk slice', attributes, () => this.doSlice(turn, held));
    } catch (error) {
      if (held.job === null) throw error;
      await this.noteFailure(turn, held.job, error);
    }
    return true;
  }

  /** One transaction: if the process dies at any point of it, the slice has not happened. */
  private async doSlice(turn: Turn, held: { job: BulkJobView | null }): Promise<void> {
    await this.transactions.run(turn, async (tx) => {
      const job = await this.store.lock(tx, turn.jobId);
      if (job === null) return;
      held.job = job;
      const result = await this.declared.run({ job, cursor: job.cursor, tx });
      const fault = faultOf(result);
      if (fault !== null) throw badSlice(this.name, fault);
      await this.store.saveProgress(tx, job.id, result);
    });
  }

  private async noteFailure(turn: Turn, job: BulkJobView, error: unknown): Promise<void> {
    const outcome = afterFailure(error, job.attempts);
    const line = { err: error, job: job.name, jobId: job.id, tenant: job.tenant, ...outcome };
    if (outcome.next === 'fail') this.logger.error(line, 'a bulk job has failed');
    else this.logger.warn(line, 'a slice of a bulk job failed and will be tried again');
    await this.transactions.run(turn, (tx) => this.store.saveFailure(tx, job, outcome, asAssayError(error).message));
  }
}

function badSlice(name: string, fault: string): AssayError<JobsErrorCode> {
  return new AssayError('bug', 'jobs.bad-slice', `A slice of ${name} returned something impossible: ${fault}`);
}
