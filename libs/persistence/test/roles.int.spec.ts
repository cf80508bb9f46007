import type { ServiceName } from '@assay/contracts';
import { migrate, passwordOf, runtimeUrl } from '@assay/persistence';
import { TestCluster, testInternalKey } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const atOnce = 8;
const services: readonly ServiceName[] = ['scanner', 'signer', 'audit'];
const otherKey = 'another-internal-key-of-32-chars';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster.stop());

/** What the cluster knows of the roles; `xmin` tells every writing of a row. */
function rolesNow(): Promise<object[]> {
  return cluster.asSuperuser(async (client) => {
    const { rows } = await client.query<object>(
      `select rolname, xmin::text, rolpassword from pg_authid where rolname not like 'pg\\_%' order by rolname`,
    );
    const members = await client.query<object>('select oid, xmin::text from pg_auth_members order by oid');
    return [...rows, ...members.rows];
  });
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function setUpAtOnce(internalKey: string): Promise<string[]> {
  const databases = await Promise.all(Array.from({ length: atOnce }, () => cluster.aDatabase()));
  const work = databases.flatMap((url) => services.map((service) => migrate(url, service, [], internalKey)));
  const failed = (await Promise.allSettled(work)).filter((outcome) => outcome.status === 'rejected');
  expect(failed.map(({ reason }) => String(reason))).toEqual([]);
  return databases;
}

describe('roles, which all databases of a cluster share', () => {
  it('are made once, although many databases are set up at once', async () => {
    for (const url of await setUpAtOnce(testInternalKey)) {
      expect(await canLogIn(runtimeUrl(url, 'scanner', testInternalKey))).toBe(true);
    }
  });

  it('get the password of another key, although many databases are set up at once', async () => {
    const [url] = await setUpAtOnce(otherKey);
    expect(await canLogIn(runtimeUrl(url!, 'signer', otherKey))).toBe(true);
    expect(await canLogIn(runtimeUrl(url!, 'signer', testInternalKey))).toBe(false);
  });
});

describe('roles that were set up', () => {
  let url: string;
  beforeEach(async () => {
    url = await cluster.aDatabase();
    await migrate(url, 'scanner', [], testInternalKey);
  });

  it('are not written again by a start that has nothing to change', async () => {
    const before = await rolesNow();
    await migrate(url, 'scanner', [], testInternalKey);
    expect(await rolesNow()).toEqual(before);
  });

  it.each([
    ['a right too many', 'alter role scanner superuser bypassrls createdb createrole'],
    ['no login', 'alter role scanner nologin'],
    ['another search path', 'alter role scanner set search_path = public'],
    ['a role less to take', 'revoke scanner_job from scanner'],
    ['a role whose rights it inherits', 'grant scanner_job to scanner with inherit true'],
    ['no password', 'alter role scanner password null'],
  ])('are put right at the next start if somebody left them with %s', async (_, change) => {
    const asSetUp = async (): Promise<unknown> =>
      cluster.asSuperuser(async (client) => {
        const role = await client.query<object>(`
          select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin, rolconfig
            from pg_roles where rolname = 'scanner'`);
        const members = await client.query<object>(`
          select roleid::regrole, inherit_option, set_option from pg_auth_members
           where member = 'scanner'::regrole order by roleid::regrole::text`);
        return [...role.rows, ...members.rows];
      });
    const before = await asSetUp();
    await cluster.asSuperuser((client) => client.query(change));
    await migrate(url, 'scanner', [], testInternalKey);
    expect(await asSetUp()).toEqual(before);
    expect(await canLogIn(runtimeUrl(url, 'scanner', testInternalKey))).toBe(true);
  });
});

describe('an administrator who is no superuser', () => {
  it('sets everything up, again and again, and with another key', async () => {
    const url = new URL(await cluster.aDatabase());
    await cluster.asSuperuser((client) =>
      client.query(`
        create role landlord login createrole password 'landlord';
        alter database ${url.pathname.slice(1)} owner to landlord`),
    );
    [url.username, url.password] = ['landlord', 'landlord'];
    for (const key of [testInternalKey, testInternalKey, otherKey]) {
      // A service that no superuser has set up here: who made a role is who may change it.
      await migrate(url.toString(), 'compliance', [], key);
      expect(await canLogIn(runtimeUrl(url.toString(), 'compliance', key))).toBe(true);
    }
    expect(passwordOf('compliance', otherKey)).not.toBe(passwordOf('compliance', testInternalKey));
  });
});
