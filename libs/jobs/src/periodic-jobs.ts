import { asAssayError, AssayError } from '@assay/kernel';
import type { Database } from '@assay/persistence';
import { inSpan, type Logger } from '@assay/telemetry';
import { type Job, PgBoss, type QueueOptions } from 'pg-boss';
import { queueSchemaOf } from './install-jobs.js';
import type { DeclaredOf } from './job-handlers.js';
import type { JobsErrorCode } from './jobs.errors.js';
import { limits } from './limits.js';
import { queueDatabase } from './queue-database.js';

const queueOptions: QueueOptions = {
  expireInSeconds: limits.periodicTimeoutSeconds,
  heartbeatSeconds: limits.periodicHeartbeatSeconds,
  retryLimit: limits.periodicRetries,
  retryDelay: limits.periodicRetryDelaySeconds,
  retryBackoff: true,
  retryDelayMax: limits.periodicRetryMaxDelaySeconds,
  deleteAfterSeconds: limits.periodicKeepSeconds,
};

/** Runs a service's `@PeriodicJob` methods by pg-boss: one queue and one schedule each, in the service's own pool. */
export class PeriodicJobs {
  private readonly boss: PgBoss;
  private readonly workers = new Map<string, string>();

  constructor(
    database: Database,
    private readonly declared: readonly DeclaredOf<'periodic'>[],
    private readonly logger: Logger,
  ) {
    this.boss = new PgBoss({
      db: queueDatabase(database),
      schema: queueSchemaOf(database.service),
      migrate: false,
      createSchema: false,
      // The runtime role may neither rebuild indexes nor see other roles' transactions.
      reindex: false,
      monitorVacuum: false,
      // Needed for jobs that depend on jobs, which we have none of.
      flowIntervalSeconds: 60 * 60,
      cronMonitorIntervalSeconds: limits.periodicCalendarSeconds,
      cronWorkerIntervalSeconds: limits.periodicForwardSeconds,
    });
    this.boss.on('error', (error) => this.logger.warn({ err: error }, 'the job queue had a failure and goes on'));
    this.boss.on('warning', ({ message, data }) => this.logger.warn({ data }, message));
  }

  /**
   * Makes queues and schedules what the code says they are, and begins to work.
   * @throws AssayError `jobs.schema-missing` if `installJobs` has not run for this version
   */
  async start(): Promise<void> {
    await this.boss.start().catch((cause: unknown) => Promise.reject(notSetUp(cause)));
    for (const job of this.declared) await this.startJob(job);
    const names = new Set(this.declared.map(({ options }) => options.name));
    for (const { name, key } of await this.boss.getSchedules()) {
      if (!names.has(name)) await this.boss.unschedule(name, key);
    }
  }

  /** Ends after the runs that are going on; after 20 s it takes them back, to be tried again by another process. */
  async stop(): Promise<void> {
    await this.boss.stop({ graceful: true, close: false, timeout: limits.drainMs });
  }

  /** Runs a job now, beside its calendar. Gives the run's id; null if it is running, or about to, anyway. */
  async runNow(name: string): Promise<string | null> {
    const worker = this.workers.get(name);
    if (worker === undefined) {
      throw new AssayError('not-found', 'jobs.unknown-job' satisfies JobsErrorCode, `There is no job ${name}`);
    }
    const id = await this.boss.send(name);
    this.boss.notifyWorker(worker);
    return id;
  }

  private async startJob(job: DeclaredOf<'periodic'>): Promise<void> {
    const { name, cron, timeZone } = job.options;
    // Exclusive: at most one run exists, be it waiting, running or to be tried again, so an overrun can't pile up.
    await this.boss.createQueue(name, { ...queueOptions, policy: 'exclusive' });
    await this.boss.updateQueue(name, queueOptions);
    await this.boss.schedule(name, cron, {}, { tz: timeZone ?? 'UTC', missed: 'once' });
    const worker = await this.boss.work(name, { pollingIntervalSeconds: limits.periodicPollSeconds }, async ([run]) => {
      if (run !== undefined) await this.run(job, run);
    });
    this.workers.set(name, worker);
  }

  private async run(job: DeclaredOf<'periodic'>, { id, retryCount, signal }: Job<unknown>): Promise<void> {
    const { name } = job.options;
    const attempt = retryCount + 1;
    const logger = this.logger.child({ job: name, jobId: id, attempt });
    const began = performance.now();
    try {
      await inSpan(`job ${name}`, { 'assay.job': name, 'assay.job.id': id }, () =>
        job.run({ id, name, attempt, signal, logger }),
      );
      logger.info({ durationMs: Math.round(performance.now() - began) }, 'periodic job done');
    } catch (error) {
      const last = attempt > limits.periodicRetries;
      logger.error({ err: error }, last ? 'periodic job failed for the last time' : 'periodic job failed');
      throw error;
    }
  }
}

function notSetUp(cause: unknown): AssayError {
  const error = asAssayError(cause);
  if (!/not installed|requires migrations/.test(error.message)) return error;
  return new AssayError(
    'unavailable',
    'jobs.schema-missing' satisfies JobsErrorCode,
    'The job queue is not set up for this version. Start once with DATABASE_URL of an administrator.',
    { cause },
  );
}
