import { type TenantSlug, type Uuid } from '@assay/kernel';
import { type Database, openDatabase, runtimeUrl, type Transaction, Transactions } from '@assay/persistence';
import { type Logger, logger } from '@assay/telemetry';
import { aDatabase, testInternalKey } from '@assay/testing';
import { Client } from 'pg';
import { BulkJobs, type DeclaredJob, installJobs, Jobs, jobTables } from '../src/index.js';

export const service = 'scanner';

/** An installation with the job tables, the queue, and a table to which slices leave their marks. */
export async function anInstallation(): Promise<string> {
  const adminUrl = await aDatabase({ name: service, migrations: [jobTables(service)] });
  await installJobs(adminUrl, service);
  await asAdministrator(
    adminUrl,
    `set role scanner_owner; create table scanner.effects (tenant text, job uuid, n integer)`,
  );
  return adminUrl;
}

export async function asAdministrator<Row extends object>(adminUrl: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What one process of a service has: its own pool, and its jobs. */
export interface Replica {
  readonly database: Database;
  readonly transactions: Transactions;
  readonly bulkJobs: BulkJobs;
  readonly jobs: Jobs;
  /** What it logged at warning level and above. */
  readonly lines: Record<string, unknown>[];
  stop(): Promise<void>;
}

export async function aReplica(adminUrl: string, ...declared: DeclaredJob[]): Promise<Replica> {
  const lines: Record<string, unknown>[] = [];
  const log: Logger = logger(service, {
    level: 'warn',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const database = await openDatabase(service, runtimeUrl(adminUrl, service, testInternalKey));
  const transactions = new Transactions(database);
  const bulkJobs = new BulkJobs();
  const jobs = new Jobs(() => declared, { database, transactions, bulkJobs, logger: log });
  await jobs.start();
  const stop = async (): Promise<void> => {
    await jobs.stop();
    await database.close();
  };
  return { database, transactions, bulkJobs, jobs, lines, stop };
}

export interface Counting {
  readonly slices: number;
}

/** A slice that leaves one mark and counts to the job's number of slices. `before` may hold it up or break it. */
export function counting(
  before: (job: { id: Uuid; tenant: TenantSlug; n: number; tx: Transaction }) => Promise<void> = async () => undefined,
  concurrency = 1,
): DeclaredJob {
  return {
    kind: 'bulk',
    options: { name: 'count', concurrency },
    async run({ job, cursor, tx }) {
      const n = typeof cursor === 'number' ? cursor : 0;
      await tx.query('insert into effects (tenant, job, n) values ($1, $2, $3)', [tx.tenant, job.id, n]);
      await before({ id: job.id, tenant: job.tenant, n, tx });
      return { cursor: n + 1, done: 1, finished: n + 1 === (job.input as Counting).slices };
    },
  };
}

/** Begins a counting job. */
export async function count(replica: Replica, tenant: TenantSlug, slices: number): Promise<Uuid> {
  return replica.transactions.run(tenant, (tx) =>
    replica.bulkJobs.start(tx, { name: 'count', input: { slices } satisfies Counting, total: slices }),
  );
}

export const stateOf = async (replica: Replica, tenant: TenantSlug, id: Uuid): Promise<string | undefined> =>
  (await replica.transactions.run(tenant, (tx) => replica.bulkJobs.find(tx, id)))?.state;

/** Marks per job: how many, and how many different ones. */
export async function marks(adminUrl: string, job: Uuid): Promise<{ all: number; different: number }> {
  const [row] = await asAdministrator<{ all: number; different: number }>(
    adminUrl,
    `select count(*)::int as all, count(distinct n)::int as different from scanner.effects where job = '${job}'`,
  );
  return row ?? { all: 0, different: 0 };
}
