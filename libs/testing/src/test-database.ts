import { createHash, randomBytes } from 'node:crypto';
import type { ServiceName } from '@assay/contracts';
import { migrate, type MigrationClass, migrationsOf } from '@assay/persistence';
import pg from 'pg';
import { inject } from 'vitest';

/** Keys of test installations: fixed, so that template databases fit every test file. */
export const testInternalKey = 'test-internal-key-of-32-characters';
export const testMasterKey = 'test-master-key-of-32-characters!';

/** The first half of the advisory locks under which templates are made: any number but those of the product's locks. */
const templateLock = 0x54455354;

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

/** A template by its name: made by whoever needs it first, cloned by everyone in milliseconds. */
async function templateOf(key: unknown, make: (url: string) => Promise<void>): Promise<string> {
  const template = `template_${createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24)}`;
  await asAdministrator(async (client) => {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [templateLock, template]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    // What somebody else began and did not end, because his test was over before.
    await client.query(`drop database if exists ${template}_new with (force)`);
    await client.query(`create database ${template}_new`);
    await make(urlOf(`${template}_new`));
    await client.query(`alter database ${template}_new rename to ${template}`);
  });
  return template;
}

async function cloneOf(template: string): Promise<string> {
  const database = `test_${randomBytes(8).toString('hex')}`;
  await asAdministrator((client) => client.query(`create database ${database} template ${template}`));
  return urlOf(database);
}

/** Tells services apart by their migrations, so that a template is never of another test file's idea of a schema. */
const identityOf = (services: readonly Migrated[]): unknown =>
  services.map(({ name, migrations }) => [
    name,
    ...migrationsOf(name, migrations).map((migration) => migration.toString()),
  ]);

async function migrateAll(url: string, services: readonly Migrated[]): Promise<void> {
  for (const { name, migrations } of services) await migrate(url, name, migrations, testInternalKey);
}

/** A fresh database with the schemas of these services: the administrator's address. It goes with the test run. */
export async function aDatabase(...services: Migrated[]): Promise<string> {
  return cloneOf(await templateOf(identityOf(services), (url) => migrateAll(url, services)));
}

/**
 * As `aDatabase`, and already in the state in which `prepare` left one: for what costs seconds and is the same for many test
 * files. `prepare` runs once in a test run, and has to close its connections.
 * @param state what that state is, in a word
 */
export async function aPreparedDatabase(
  services: readonly Migrated[],
  state: string,
  prepare: (url: string) => Promise<void>,
): Promise<string> {
  const template = await templateOf([state, identityOf(services)], async (url) => {
    await migrateAll(url, services);
    await prepare(url);
  });
  return cloneOf(template);
}
