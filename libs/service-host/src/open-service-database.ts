import { installJobs, jobTables } from '@assay/jobs';
import { AssayError } from '@assay/kernel';
import {
  checkSchema,
  type Database,
  maintainPartitions,
  migrate,
  openDatabase,
  type PartitionedTable,
  runtimeUrl,
} from '@assay/persistence';
import type { ServiceDefinition } from './define-service.js';
import type { HostEnv, ServiceAddresses } from './host.env.js';

/**
 * A service's database, at this program's version. With an administrator's `DATABASE_URL` the schema is set up and
 * migrated; without one it must be there already.
 */
export async function openServiceDatabase(
  service: ServiceDefinition,
  env: HostEnv,
  addresses: ServiceAddresses,
  partitions: readonly PartitionedTable[],
): Promise<Database> {
  const { DATABASE_URL: adminUrl, ASSAY_INTERNAL_KEY: internalKey } = env;
  const migrations = [jobTables(service.name), ...service.migrations];
  if (adminUrl !== undefined) {
    await migrate(adminUrl, service.name, migrations, internalKey);
    await installJobs(adminUrl, service.name);
    await maintainPartitions(adminUrl, service.name, new Date(), partitions);
  }
  const url = addresses.databaseUrl ?? (adminUrl && runtimeUrl(adminUrl, service.name, internalKey));
  if (url === undefined) {
    throw new AssayError(
      'invalid',
      'service-host.no-database',
      `Neither DATABASE_URL nor a URL of ${service.name}'s own is set`,
    );
  }
  const database = await openDatabase(service.name, url);
  await checkSchema(database.source, service.name, migrations);
  return database;
}
