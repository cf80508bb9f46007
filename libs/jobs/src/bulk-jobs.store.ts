import type { Lane } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction, TransactionContext } from '@assay/persistence';
import { type BulkJobRow, columns, toBulkJob } from './bulk-job-row.js';
import type { BulkJobState, BulkJobView, FailureOutcome, SliceResult } from './bulk-job.js';
import { toJsonState } from './json-state.js';
import { limits } from './limits.js';

/** What is needed to begin a job. */
export interface NewBulkJob {
  readonly id: Uuid;
  readonly name: string;
  readonly tenant: TenantSlug;
  readonly lane: Lane;
  readonly input: unknown;
  readonly total: number | null;
  readonly priority: number;
}

/** Whose slice is next, and what its transaction carries on from whoever began the job. */
export interface Turn extends TransactionContext {
  readonly jobId: Uuid;
}

/** First half of the key of the lock under which turns are taken (`TURN`); the second is the job's name. */
const turnLock = 0x5455524e;

const open = `state in ('queued', 'running')`;

/** The only SQL on `bulk_jobs` and `bulk_turns`. */
export class BulkJobsStore {
  async add(tx: Transaction, job: NewBulkJob): Promise<void> {
    await tx.query(
      `with turn as (
         insert into bulk_turns (name, tenant, served_at) values ($2, $3, '-infinity') on conflict do nothing
       )
       insert into bulk_jobs (id, name, tenant, lane, actor, correlation_id, priority, input, total, created_at, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
      [
        job.id,
        job.name,
        job.tenant,
        job.lane,
        tx.actor,
        tx.correlationId,
        job.priority,
        toJsonState('input', job.input),
        job.total,
        tx.now,
      ],
    );
  }

  /** The names among these that have something to do now. */
  async due(tx: Transaction, names: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ name: string }>(
      `select name from unnest($1::text[]) as name
        where exists (select from bulk_jobs job where job.name = name.name and ${open} and due_at <= now())`,
      [names],
    );
    return rows.map((row) => row.name);
  }

  /**
   * Gives the turn to the tenant served longest ago that has a slice to do which nobody else is doing, and writes down
   * that it was served. Null if there is none. Replicas take turns one after another, so that two of them never give a
   * tenant two turns while another waits; the caller commits at once.
   */
  async takeTurn(tx: Transaction, name: string): Promise<Turn | null> {
    // A turn that is lost with the machine's power costs fairness for one slice, so its commit need not wait for the disk.
    await tx.query(`select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock($1, hashtext($2))`, [
      turnLock,
      name,
    ]);
    const [turn] = await tx.query<Turn>(
      `update bulk_turns set served_at = clock_timestamp()
         from (
           select turn.tenant, job.id, job.lane, job.actor, job.correlation_id
             from bulk_turns turn
            cross join lateral (
              select id, lane, actor, correlation_id from bulk_jobs
               where name = turn.name and tenant = turn.tenant and ${open} and due_at <= now()
               order by priority desc, id limit 1 for update skip locked
            ) job
            where turn.name = $1 order by turn.served_at limit 1
         ) next
        where bulk_turns.name = $1 and bulk_turns.tenant = next.tenant
       returning next.tenant, next.id as "jobId", next.lane, next.actor, next.correlation_id as "correlationId"`,
      [name],
    );
    return turn ?? null;
  }

  /** Locks a job until the end of the transaction. Null if it has ended or another process has it by now. */
  async lock(tx: Transaction, id: Uuid): Promise<BulkJobView | null> {
    const [row] = await tx.query<BulkJobRow>(
      `select ${columns} from bulk_jobs where id = $1 and ${open} for update skip locked`,
      [id],
    );
    return row === undefined ? null : toBulkJob(row);
  }

  async saveProgress(tx: Transaction, id: Uuid, result: SliceResult): Promise<void> {
    await tx.query(
      `update bulk_jobs set cursor = $2, slices = slices + 1, done = done + $3, total = coalesce($4, total), attempts = 0, error = null,
              state = case when $5 then 'done' else 'running' end, last_slice_at = clock_timestamp(),
              finished_at = case when $5 then clock_timestamp() end
        where id = $1`,
      [id, toJsonState('cursor', result.cursor), result.done, result.total ?? null, result.finished],
    );
  }

  /** Writes down that a slice failed, unless the job has gone on in the meantime. */
  async saveFailure(tx: Transaction, job: BulkJobView, outcome: FailureOutcome, error: string): Promise<void> {
    await tx.query(
      `update bulk_jobs set attempts = $2, error = $3, due_at = now() + $4 * interval '1 ms',
              state = case when $5 then 'failed' else state end, finished_at = case when $5 then now() end
        where id = $1 and slices = $6 and ${open}`,
      [
        job.id,
        outcome.attempts,
        error,
        outcome.next === 'retry' ? outcome.delayMs : 0,
        outcome.next === 'fail',
        job.slices,
      ],
    );
  }

  /** Waits for the slice that is running. False if the job had ended, or is not this tenant's. */
  async cancel(tx: Transaction, id: Uuid): Promise<boolean> {
    const rows = await tx.query(
      `update bulk_jobs set state = 'cancelled', finished_at = clock_timestamp() where id = $1 and ${open} returning id`,
      [id],
    );
    return rows.length > 0;
  }

  async find(tx: Transaction, id: Uuid): Promise<BulkJobView | null> {
    const [row] = await tx.query<BulkJobRow>(`select ${columns} from bulk_jobs where id = $1`, [id]);
    return row === undefined ? null : toBulkJob(row);
  }

  /** A page of the tenant's jobs, newest first, along `bulk_jobs_newest_idx`. */
  async list(
    tx: Transaction,
    page: { readonly before: Uuid | null; readonly states: readonly BulkJobState[]; readonly limit: number },
  ): Promise<BulkJobView[]> {
    const rows = await tx.query<BulkJobRow>(
      `select ${columns} from bulk_jobs
        where tenant = $1 and ($2::uuid is null or id < $2) and state = any($3)
        order by id desc limit $4`,
      [tx.tenant, page.before, page.states, Math.min(page.limit, limits.bulkPageRows)],
    );
    return rows.map(toBulkJob);
  }

  /** Removes jobs that ended before `until`, a bounded number at a time, and gives that number. */
  async forget(tx: Transaction, until: Date): Promise<number> {
    const rows = await tx.query(
      `delete from bulk_jobs where id = any(array(
         select id from bulk_jobs where finished_at < $1 order by finished_at limit $2)) returning id`,
      [until, limits.bulkForgetRows],
    );
    return rows.length;
  }
}
