import pg from 'pg';
import type { ServiceName } from '@assay/contracts';
import { createDayPartitions, expiredPartitions } from './day-partitions.js';
import { limits } from './limits.js';
import { rolesOf, schemaOf } from './roles.js';

const keepDays = { outbox: limits.outboxKeepDays, inbox: limits.inboxKeepDays } as const;

/**
 * Makes the partitions of the next days and drops those that are past their keeping, as the schema's owner. An outbox
 * partition with an unpublished row is kept, however old. Runs at every start and daily.
 */
export async function maintainPartitions(adminUrl: string, service: ServiceName, now: Date): Promise<void> {
  const client = new pg.Client({
    connectionString: adminUrl,
    options: `-c role=${rolesOf(service).owner} -c search_path=${schemaOf(service)}`,
  });
  await client.connect();
  try {
    for (const table of ['outbox', 'inbox'] as const) {
      await client.query(createDayPartitions(table, now, limits.partitionsAheadDays));
      for (const partition of await partitionsOf(client, service, table, now)) {
        if (table === 'outbox' && (await holdsUnpublished(client, service, partition))) continue;
        await client.query(`drop table ${partition}`);
      }
    }
  } finally {
    await client.end();
  }
}

async function partitionsOf(
  client: pg.Client,
  service: ServiceName,
  table: 'outbox' | 'inbox',
  now: Date,
): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select child.relname as name from pg_inherits
       join pg_class child on child.oid = inhrelid
      where inhparent = $1::regclass`,
    [`${schemaOf(service)}.${table}`],
  );
  return expiredPartitions(
    table,
    rows.map((row) => row.name),
    now,
    keepDays[table],
  );
}

/** Row level security binds the owner too, so the question is asked as the job role. */
async function holdsUnpublished(client: pg.Client, service: ServiceName, partition: string): Promise<boolean> {
  await client.query(`set role ${rolesOf(service).job}`);
  const { rows } = await client.query(`select 1 from ${partition} join outbox_pending using (id) limit 1`);
  await client.query(`set role ${rolesOf(service).owner}`);
  return rows.length > 0;
}
