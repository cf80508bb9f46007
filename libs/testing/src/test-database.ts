import { createHash, randomBytes } from 'node:crypto';
import type { ServiceName } from '@assay/contracts';
import { migrate, type MigrationClass, migrationsOf, setupLockKey } from '@assay/persistence';
import pg from 'pg';
import { inject } from 'vitest';

/** Keys of test installations: fixed, so that template databases fit every test file. */
export const testInternalKey = 'test-internal-key-of-32-characters';
export const testMasterKey = 'test-master-key-of-32-characters!';

/** What a test needs of a service to make its schema. */
export interface Migrated {
  readonly name: ServiceName;
  readonly migrations: readonly MigrationClass[];
}

async function asAdministrator<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${database}`;
  return url.toString();
}

/** One template per set of migrations: made by whoever needs it first, cloned by everyone in milliseconds. */
async function templateOf(services: readonly Migrated[]): Promise<string> {
  const names = services.map(({ name, migrations }) => [
    name,
    ...migrationsOf(name, migrations).map((migration) => migration.toString()),
  ]);
  const template = `template_${createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 24)}`;
  await asAdministrator(async (client) => {
    await client.query('select pg_advisory_lock($1)', [setupLockKey + 1]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    await client.query(`create database ${template}_new`);
    for (const { name, migrations } of services)
      await migrate(urlOf(`${template}_new`), name, migrations, testInternalKey);
    await client.query(`alter database ${template}_new rename to ${template}`);
  });
  return template;
}

/** A fresh database with the schemas of these services: the administrator's address. It goes with the test run. */
export async function aDatabase(...services: Migrated[]): Promise<string> {
  const template = await templateOf(services);
  const database = `test_${randomBytes(8).toString('hex')}`;
  await asAdministrator((client) => client.query(`create database ${database} template ${template}`));
  return urlOf(database);
}
