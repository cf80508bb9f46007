import type { ServiceName } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import { rolesOf, schemaOf, setupLockKey } from '@assay/persistence';
import { Client } from 'pg';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';
import manifest from 'pg-boss/package.json' with { type: 'json' };
import type { JobsErrorCode } from './jobs.errors.js';

/** The version of the queue's schema that this program's pg-boss works with. */
const queueVersion = manifest.pgboss.schema;

/** The schema in which pg-boss keeps a service's periodic jobs. */
export function queueSchemaOf(service: ServiceName): string {
  return `${schemaOf(service)}_jobs`;
}

/**
 * Makes or upgrades the queue of a service's periodic jobs, as the administrator and after `migrate`, which makes the
 * roles. The schema belongs to the owner role; the runtime role may change its rows and not its shape. Costs one short
 * query when there is nothing to do.
 * @throws AssayError `jobs.schema-newer` if a newer version of Assay has upgraded the queue already
 */
export async function installJobs(adminUrl: string, service: ServiceName): Promise<void> {
  const client = new Client({ connectionString: adminUrl, application_name: `assay-${service}-setup` });
  await client.connect();
  try {
    if ((await installedVersion(client, service)) === queueVersion) return;
    await client.query('select pg_advisory_lock($1)', [setupLockKey]);
    await bringUp(client, service, await installedVersion(client, service));
  } finally {
    await client.end();
  }
}

/** Does what pg-boss's exported plans say. */
async function bringUp(client: Client, service: ServiceName, version: number | null): Promise<void> {
  if (version === queueVersion) return;
  if (version !== null && version > queueVersion) throw newer(service, version);
  const schema = queueSchemaOf(service);
  const { owner, runtime } = rolesOf(service);
  await client.query(`
    create schema if not exists ${schema} authorization ${owner};
    set role ${owner};
    grant usage on schema ${schema} to ${runtime};
    alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${runtime};
    alter default privileges in schema ${schema} grant usage, select on sequences to ${runtime};
  `);
  await client.query(
    version === null ? getConstructionPlans(schema, { createSchema: false }) : upgrade(schema, version),
  );
}

/**
 * pg-boss builds and drops indexes concurrently, which waits for every transaction in the database: for that of another
 * starter too, who waits for our lock. These tables are small, so a plain build under the lock takes milliseconds.
 */
function upgrade(schema: string, version: number): string {
  return getMigrationPlans(schema, version).replaceAll(/\b(create index|drop index) concurrently\b/gi, '$1');
}

async function installedVersion(client: Client, service: ServiceName): Promise<number | null> {
  const table = `${queueSchemaOf(service)}.version`;
  const { rows: found } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    table,
  ]);
  if (found[0]?.there !== true) return null;
  const { rows } = await client.query<{ version: number }>(`select version from ${table}`);
  return rows[0]?.version ?? null;
}

function newer(service: ServiceName, version: number): AssayError<JobsErrorCode> {
  return new AssayError(
    'conflict',
    'jobs.schema-newer',
    `The job queue of ${service} has version ${version}, this program knows ${queueVersion}. Start the newer Assay.`,
  );
}
