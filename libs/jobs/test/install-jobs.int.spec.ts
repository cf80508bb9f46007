import { getRollbackPlans } from 'pg-boss';
import { openDatabase, runtimeUrl } from '@assay/persistence';
import { aDatabase, testInternalKey } from '@assay/testing';
import { describe, expect, it } from 'vitest';
import { installJobs, jobTables } from '../src/index.js';
import { anInstallation, aReplica, asAdministrator, service } from './harness.js';

const versionOf = async (adminUrl: string): Promise<number> => {
  const [row] = await asAdministrator<{ version: number }>(adminUrl, 'select version from scanner_jobs.version');
  return row!.version;
};

describe('the queue of a service', () => {
  it('belongs to the owner role; the runtime role works in it and cannot change its shape', async () => {
    const adminUrl = await anInstallation();
    const tables = await asAdministrator<{ owner: string }>(
      adminUrl,
      `select distinct tableowner as owner from pg_tables where schemaname = 'scanner_jobs'`,
    );
    expect(tables).toEqual([{ owner: 'scanner_owner' }]);

    const database = await openDatabase(service, runtimeUrl(adminUrl, service, testInternalKey));
    await expect(database.source.query('create table scanner_jobs.mine ()')).rejects.toThrow(/permission denied/);
    await expect(database.source.query('drop table scanner_jobs.job')).rejects.toThrow(/must be owner/);
    await database.close();
  });

  it('is installed once, by whoever comes first', async () => {
    const adminUrl = await aDatabase({ name: service, migrations: [jobTables(service)] });
    await Promise.all([1, 2, 3].map(() => installJobs(adminUrl, service)));
    await installJobs(adminUrl, service);
    expect(await versionOf(adminUrl)).toBeGreaterThan(0);
  });

  it('is upgraded from an older version, and works afterwards', async () => {
    const adminUrl = await anInstallation();
    const version = await versionOf(adminUrl);
    await asAdministrator(adminUrl, `set role scanner_owner; ${getRollbackPlans('scanner_jobs', version)}`);
    expect(await versionOf(adminUrl)).toBeLessThan(version);
    await expect(aReplica(adminUrl)).rejects.toMatchObject({ code: 'jobs.schema-missing', kind: 'unavailable' });

    await installJobs(adminUrl, service);
    expect(await versionOf(adminUrl)).toBe(version);
    const replica = await aReplica(adminUrl);
    await replica.stop();
  });

  it('of a newer version is refused', async () => {
    const adminUrl = await anInstallation();
    await asAdministrator(adminUrl, 'update scanner_jobs.version set version = version + 1');
    await expect(installJobs(adminUrl, service)).rejects.toMatchObject({ code: 'jobs.schema-newer' });
  });
});
