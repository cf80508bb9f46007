import type { ServiceName } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { bootstrapService, setupLockKey } from './bootstrap.js';
import { outboxPending } from './outbox-pending.migration.js';
import { platformTables } from './platform-tables.migration.js';
import { rolesOf, schemaOf } from './roles.js';

export type PersistenceErrorCode =
  'persistence.schema-newer' | 'persistence.schema-missing' | 'persistence.event-too-large' | 'persistence.unavailable';

export type MigrationClass = new () => MigrationInterface;

/** The migrations of a service in order: the platform's tables, then its own. */
export function migrationsOf(service: ServiceName, own: readonly MigrationClass[]): MigrationClass[] {
  return [platformTables(service), ...own, outboxPending(service)];
}

/**
 * Brings a service's schema up to this program's version, under a lock that all starters share.
 * @throws AssayError `persistence.schema-newer` if the schema has migrations that this program does not know: an old
 *   program must not write into a shape it does not understand.
 */
export async function migrate(
  adminUrl: string,
  service: ServiceName,
  own: readonly MigrationClass[],
  internalKey: string,
): Promise<void> {
  const lock = new pg.Client({ connectionString: adminUrl, application_name: `assay-${service}-setup` });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [setupLockKey]);
    await bootstrapService(lock, service, internalKey);
    await runMigrations(adminUrl, service, migrationsOf(service, own));
  } finally {
    await lock.end();
  }
}

async function runMigrations(adminUrl: string, service: ServiceName, migrations: MigrationClass[]): Promise<void> {
  const schema = schemaOf(service);
  const source = new DataSource({
    type: 'postgres',
    url: adminUrl,
    schema,
    migrations,
    migrationsTableName: 'migrations',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: 1,
    extra: { options: `-c role=${rolesOf(service).owner} -c search_path=${schema}` },
  });
  await source.initialize();
  try {
    await refuseNewer(source, service, migrations);
    await source.runMigrations({ transaction: 'all' });
  } finally {
    await source.destroy();
  }
}

/** Compares what the schema says was run with what this program knows. */
async function refuseNewer(source: DataSource, service: ServiceName, migrations: MigrationClass[]): Promise<void> {
  const unknown = await unknownMigrations(source, service, migrations);
  if (unknown.length > 0) {
    throw new AssayError(
      'conflict',
      'persistence.schema-newer' satisfies PersistenceErrorCode,
      `The schema of ${service} was migrated by a newer version of Assay (${unknown.join(', ')}). Start that version.`,
    );
  }
}

async function unknownMigrations(source: DataSource, service: ServiceName, known: MigrationClass[]): Promise<string[]> {
  const [present] = await source.query<{ found: boolean }[]>('select to_regclass($1) is not null as found', [
    `${schemaOf(service)}.migrations`,
  ]);
  if (present?.found !== true) return [];
  const names = new Set(known.map((migration) => new migration().name ?? migration.name));
  const rows = await source.query<{ name: string }[]>('select name from migrations order by id');
  return rows.map((row) => row.name).filter((name) => !names.has(name));
}

/**
 * For a process without administrator rights: waits for nothing, checks that the schema is exactly this program's.
 * @throws AssayError `persistence.schema-newer`, or `persistence.schema-missing` when the set-up has not run yet.
 */
export async function checkSchema(
  source: DataSource,
  service: ServiceName,
  own: readonly MigrationClass[],
): Promise<void> {
  const migrations = migrationsOf(service, own);
  await refuseNewer(source, service, migrations);
  const rows = await source
    .query<{ name: string }[]>('select name from migrations')
    .catch((cause: unknown) => Promise.reject(notSetUp(service, cause)));
  if (rows.length < migrations.length) throw notSetUp(service);
}

function notSetUp(service: ServiceName, cause?: unknown): AssayError<PersistenceErrorCode> {
  return new AssayError(
    'unavailable',
    'persistence.schema-missing',
    `The schema of ${service} is not set up for this version. Start once with DATABASE_URL of an administrator.`,
    { cause },
  );
}
