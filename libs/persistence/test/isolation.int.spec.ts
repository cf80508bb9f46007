import { newId } from '@assay/kernel';
import {
  checkSchema,
  migrate,
  openDatabase,
  OutboxStore,
  passwordOf,
  runtimeUrl,
  Transactions,
} from '@assay/persistence';
import { tenantCreatedV1 } from '@assay/contracts';
import { aDatabase, testInternalKey } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let adminUrl: string;
const clients: pg.Client[] = [];

async function as(role: string, setUp = ''): Promise<pg.Client> {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = passwordOf(role, testInternalKey);
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  clients.push(client);
  if (setUp !== '') await client.query(setUp);
  return client;
}

beforeAll(async () => {
  adminUrl = await aDatabase({ name: 'scanner', migrations: [] }, { name: 'signer', migrations: [] });
  const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
  for (const tenant of ['acme', 'beta']) {
    await new Transactions(database).run(tenant, async (tx) =>
      tx.publish(tenantCreatedV1, { slug: tenant, displayName: tenant, publisher: null }),
    );
  }
  await database.close();
});
afterAll(() => Promise.all(clients.map((client) => client.end())));

describe("a service's runtime role", () => {
  it('cannot read the schema of another service', async () => {
    const signer = await as('signer');
    await expect(signer.query('select * from scanner.outbox')).rejects.toThrow(/permission denied for schema scanner/);
    await expect(signer.query('create table public.mine ()')).rejects.toThrow(/permission denied/);
    await expect(signer.query('set role scanner_job')).rejects.toThrow(/permission denied/);
  });

  it('sees the rows of the tenant that the transaction names, and without one none', async () => {
    const scanner = await as('scanner');
    expect((await scanner.query('select 1 from outbox')).rowCount).toBe(0);
    await scanner.query("begin; set local assay.tenant = 'acme'");
    expect((await scanner.query('select distinct tenant from outbox')).rows).toEqual([{ tenant: 'acme' }]);
    const foreign = `insert into outbox (id, tenant, subject, envelope, audited)
      values ('01900000-0000-7000-8000-000000000000', 'beta', 's', '{}', false)`;
    await expect(scanner.query(foreign)).rejects.toThrow(/row-level security/);
    await scanner.query('rollback');
  });

  it('neither owns its tables nor bypasses row level security', async () => {
    const scanner = await as('scanner');
    await expect(scanner.query('alter table outbox disable row level security')).rejects.toThrow(/must be owner/);
    const { rows } = await scanner.query("select rolsuper, rolbypassrls from pg_roles where rolname = 'scanner'");
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  });

  it('may add rows of any tenant as the insert-only role, and see none of them', async () => {
    const accept = await as('scanner', 'set role scanner_accept');
    const id = '01900000-0000-7000-8000-00000000000a';
    await accept.query(
      `insert into outbox (id, tenant, subject, envelope, audited) values ('${id}', 'beta', 's', '{}', false)`,
    );
    await expect(accept.query('select * from outbox')).rejects.toThrow(/permission denied/);
    const job = await as('scanner', 'set role scanner_job');
    expect((await job.query(`select tenant from outbox where id = '${id}'`)).rows).toEqual([{ tenant: 'beta' }]);
  });
});

describe('a schema', () => {
  it('of a newer program is refused', async () => {
    const client = await as('scanner');
    await client.end();
    clients.splice(clients.indexOf(client), 1);
    const newer = await aDatabase({ name: 'scanner', migrations: [] });
    const admin = new pg.Client({ connectionString: newer });
    await admin.connect();
    await admin.query(
      `insert into scanner.migrations (timestamp, name) values (1999999999999, 'FromTheFuture1999999999999')`,
    );
    await admin.end();
    await expect(migrate(newer, 'scanner', [], testInternalKey)).rejects.toMatchObject({
      code: 'persistence.schema-newer',
      message: expect.stringContaining('FromTheFuture'),
    });
  });

  it('that lacks a migration is not used', async () => {
    const url = await aDatabase({ name: 'scanner', migrations: [] });
    const database = await openDatabase('scanner', runtimeUrl(url, 'scanner', testInternalKey));
    class Later1800000000000 {
      async up(): Promise<void> {}
      async down(): Promise<void> {}
    }
    await expect(checkSchema(database.source, 'scanner', [Later1800000000000])).rejects.toMatchObject({
      code: 'persistence.schema-missing',
    });
    await database.close();
  });
});

describe('the outbox', () => {
  it('knows how much waits, and gives each row to one relay at a time', async () => {
    const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
    const transactions = new Transactions(database);
    const outbox = new OutboxStore();
    const later = new Date(Date.now() + 1_000);
    await transactions.runAcrossTenants(async (first) => {
      const mine = await outbox.claim(first, later);
      expect(mine.length).toBeGreaterThanOrEqual(2);
      const others = await transactions.runAcrossTenants((second) => outbox.claim(second, later));
      expect(others).toEqual([]);
      await outbox.markPublished(
        first,
        mine.map((row) => row.id),
      );
    });
    const backlog = await transactions.runAcrossTenants((tx) => outbox.backlog(tx));
    expect(backlog).toEqual({ unpublished: 0, oldestSeconds: 0 });
    await database.close();
  });

  it('never writes an event a second time: publishing it, and publishing it again, leave its row alone', async () => {
    const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
    const transactions = new Transactions(database);
    const outbox = new OutboxStore();
    const rows = () =>
      transactions.runAcrossTenants((tx) => tx.query('select id, ctid::text, xmin::text from outbox order by id'));
    const before = await rows();
    expect(before.length).toBeGreaterThanOrEqual(2);
    const again = await transactions.runAcrossTenants((tx) => outbox.republishSince(tx, new Date(0)));
    expect(again).toBe(before.length);
    await transactions.runAcrossTenants(async (tx) => {
      const claimed = await outbox.claim(tx, new Date(Date.now() + 1_000));
      expect(claimed).toHaveLength(before.length);
      await outbox.markPublished(
        tx,
        claimed.map(({ id }) => id),
      );
    });
    expect(await rows()).toEqual(before);
    await database.close();
  });

  it('takes over what a process of an older version left behind, and leaves to it what is its own', async () => {
    const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
    const transactions = new Transactions(database);
    const outbox = new OutboxStore();
    const [old, young] = [newId(Date.now() - 120_000), newId()];
    const waiting = await transactions.runAcrossTenants(async (tx) => {
      for (const id of [old, young]) {
        await tx.query(
          `insert into outbox (id, tenant, subject, envelope, audited) values ($1, 'acme', 's', '{}', false)`,
          [id],
        );
      }
      await outbox.adopt(tx);
      await outbox.adopt(tx);
      return tx.query('select id from outbox_pending where id = any($1::uuid[])', [[old, young]]);
    });
    expect(waiting).toEqual([{ id: old }]);
    await database.close();
  });
});
