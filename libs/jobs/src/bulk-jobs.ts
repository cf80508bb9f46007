import type { Lane } from '@assay/contracts';
import { newId, type TenantSlug, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { bulkJobStates, type BulkJobState, type BulkJobView } from './bulk-job.js';
import { BulkJobsStore } from './bulk-jobs.store.js';
import { limits } from './limits.js';

export interface StartBulkJob {
  /** The name of a `@BulkJob` method of this service. */
  readonly name: string;
  /** Whose work it is; the transaction's tenant unless given. Another one needs a transaction across tenants. */
  readonly tenant?: TenantSlug;
  /** What the slices need to know: any JSON up to 64 KiB. */
  readonly input: unknown;
  /** Items in all, if that is known now. */
  readonly total?: number;
  /** Higher goes first among the tenant's jobs of this name; 0 unless given. */
  readonly priority?: number;
  /** Lane of the events that the slices publish; `bulk` unless given. */
  readonly lane?: Lane;
}

export interface BulkJobsPage {
  /** Only jobs in these states; all unless given. */
  readonly states?: readonly BulkJobState[];
  /** The id of the last job of the page before. */
  readonly before?: Uuid;
  /** At most 200, which is also the default. */
  readonly limit?: number;
}

/** Begins, shows and ends bulk work. The slices are done by `@BulkJob` methods, in whichever replica has time. */
export class BulkJobs {
  private readonly store = new BulkJobsStore();
  private onStarted: (name: string) => void = () => undefined;

  /** Called once by the workers of this process: they are told of each job that was committed here. */
  tellOfStarted(onStarted: (name: string) => void): void {
    this.onStarted = onStarted;
  }

  /**
   * Begins a job in the transaction of whatever causes it, and gives its id. This process takes it up after the commit,
   * another one within seconds.
   * @throws AssayError `jobs.state-too-large` if the input has more than 64 KiB as JSON
   */
  async start(tx: Transaction, job: StartBulkJob): Promise<Uuid> {
    const id = newId(tx.now.getTime());
    await this.store.add(tx, {
      id,
      name: job.name,
      tenant: job.tenant ?? tx.tenant,
      lane: job.lane ?? 'bulk',
      input: job.input,
      total: job.total ?? null,
      priority: job.priority ?? 0,
    });
    tx.afterCommit(() => this.onStarted(job.name));
    return id;
  }

  /** The job, or null if the transaction's tenant has none of this id. */
  async find(tx: Transaction, id: Uuid): Promise<BulkJobView | null> {
    return this.store.find(tx, id);
  }

  /** Jobs of the transaction's tenant, newest first. */
  async list(tx: Transaction, page: BulkJobsPage = {}): Promise<BulkJobView[]> {
    const { before = null, states = bulkJobStates, limit = limits.bulkPageRows } = page;
    return this.store.list(tx, { before, states, limit });
  }

  /**
   * Ends a job after the slice that is running, if one is: what its slices did stays.
   * @returns false if it had ended already or the tenant has none of this id
   */
  async cancel(tx: Transaction, id: Uuid): Promise<boolean> {
    return this.store.cancel(tx, id);
  }
}
