import pg from 'pg';
import type { ServiceName } from '@assay/contracts';
import { expiredPartitions, partitionsFor } from './day-partitions.js';
import { limits } from './limits.js';
import { rolesOf, schemaOf } from './roles.js';

/** A table of a service that is cut by the days of its ids. */
export interface PartitionedTable {
  readonly table: string;
  /** Whole days that rows are kept, today not counted; null keeps them for ever. */
  readonly keepDays: number | null;
  /** Days of one partition; 1 where nothing is said. */
  readonly spanDays?: number;
  /** Days for which partitions are made ahead. */
  readonly aheadDays?: number;
  /** SQL that gives a row while an expired partition is needed all the same. Asked as the job role. */
  readonly neededWhile?: (partition: string) => string;
}

const ownTables: readonly PartitionedTable[] = [
  {
    table: 'outbox',
    keepDays: limits.outboxKeepDays,
    neededWhile: (partition) => `select 1 from ${partition} join outbox_pending using (id) limit 1`,
  },
  { table: 'inbox', keepDays: limits.inboxKeepDays },
];

/**
 * Makes the partitions of the next days and drops those that are past their keeping, as the schema's owner. An outbox
 * partition with an unpublished row is kept, however old. Runs at every start and daily.
 * @param tables those that the service has beside outbox and inbox
 */
export async function maintainPartitions(
  adminUrl: string,
  service: ServiceName,
  now: Date,
  tables: readonly PartitionedTable[] = [],
): Promise<void> {
  const client = new pg.Client({
    connectionString: adminUrl,
    options: `-c role=${rolesOf(service).owner} -c search_path=${schemaOf(service)}`,
  });
  await client.connect();
  try {
    for (const table of [...ownTables, ...tables]) {
      await makeAhead(client, table, now);
      for (const partition of await expired(client, service, table, now)) {
        if (await isNeeded(client, service, table, partition)) continue;
        await client.query(`drop table ${partition}`);
      }
    }
  } finally {
    await client.end();
  }
}

/** SQLSTATE of a row that fits the new partition and lies in the default one already. */
const checkViolation = '23514';

async function makeAhead(client: pg.Client, { table, ...days }: PartitionedTable, now: Date): Promise<void> {
  const { aheadDays = limits.partitionsAheadDays, spanDays = 1 } = days;
  for (const statement of partitionsFor(table, now, aheadDays, spanDays)) {
    await client.query(statement).catch((error: unknown) => {
      // Its rows came while nobody made partitions. They stay where they are, and a start must not fail for them.
      if (!(error instanceof pg.DatabaseError) || error.code !== checkViolation) throw error;
    });
  }
}

async function expired(
  client: pg.Client,
  service: ServiceName,
  { table, keepDays, spanDays }: PartitionedTable,
  now: Date,
): Promise<string[]> {
  if (keepDays === null) return [];
  const { rows } = await client.query<{ name: string }>(
    `select child.relname as name from pg_inherits
       join pg_class child on child.oid = inhrelid
      where inhparent = $1::regclass`,
    [`${schemaOf(service)}.${table}`],
  );
  const partitions = rows.map((row) => row.name);
  return expiredPartitions(table, partitions, now, keepDays, spanDays);
}

/** Row level security binds the owner too, so the question is asked as the job role. */
async function isNeeded(
  client: pg.Client,
  service: ServiceName,
  { neededWhile }: PartitionedTable,
  partition: string,
): Promise<boolean> {
  if (neededWhile === undefined) return false;
  await client.query(`set role ${rolesOf(service).job}`);
  const { rows } = await client.query(neededWhile(partition));
  await client.query(`set role ${rolesOf(service).owner}`);
  return rows.length > 0;
}
