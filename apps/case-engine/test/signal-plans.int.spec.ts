import { newId } from '@assay/kernel';
import { partitionsFor, Transactions } from '@assay/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  beginningOfTime,
  endOfTime,
  type PageRange,
  pageStatement,
  type Strand,
  walkStatement,
} from '../src/signals/signal-page.js';
import { SignalsInstallation } from './signals-installation.js';

const weekMs = 7 * 86_400_000;

let installation: SignalsInstallation;
beforeAll(async () => {
  installation = await SignalsInstallation.start();
  for (let week = 1; week <= 3; week += 1) {
    const statements = partitionsFor('signals', new Date(Date.now() - week * weekMs), 0, 7);
    await installation.sql(`set role case_engine_owner; ${statements.join(' ')}`);
  }
  await installation.sql(`
    insert into signal_kinds (tenant, digest, rule_id, severity, title, tags, searched_title, searched_rule)
      select 'tenant-' || n % 4, sha256(n::text::bytea), 'R' || n, 'high', 'Title', '{}', 'title', 'r' from generate_series(1, 80) n`);
  await installation.sql(
    `insert into signals (id, tenant, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context)
       select (lpad(to_hex($1::bigint - n * 60000), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, 'tenant-' || n % 4,
              1 + n % 80, 'host-' || n % 400, md5(n::text), '', to_timestamp(($1::bigint - n * 60000) / 1000), 0, now(), n % 3, '{}'
         from generate_series(1, 30000) n`,
    [Date.now()],
  );
  await installation.sql('vacuum analyze signals, signal_kinds');
});
afterAll(async () => {
  await installation.stop();
});

/** The plan that a prepared statement of the service's own role gets, under row level security, whatever its parameters. */
async function genericPlanOf({ sql, values }: { sql: string; values: readonly unknown[] }): Promise<string> {
  const name = `plan_${newId().replaceAll('-', '')}`;
  const literal = (value: unknown): string =>
    value === null ? 'null' : Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value)}'`;
  const transactions = installation.engine.engine.app.get(Transactions);
  const rows = await transactions.run({ tenant: 'tenant-3', repeated: true }, async (tx) => {
    await tx.query(`prepare ${name} as ${sql}`);
    return tx.query<{ 'QUERY PLAN': string }>(`explain execute ${name}(${values.map(literal).join(', ')})`);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const range = (known: Partial<PageRange> = {}): PageRange => ({
  statuses: [0, 1, 2],
  before: endOfTime,
  after: beginningOfTime,
  firstKept: '00000000-0000-7000-8000-000000000000',
  limit: 101,
  hidden: [],
  ...known,
});
/** The planner reads partitions with nothing in them as they stand; any other it must not. */
const wholePartition = /Seq Scan on signals_\w+ \w+ +\(cost=0\.00\.\.(?!0\.00)/;

const manyKinds = Array.from({ length: 20 }, (_, n) => n + 1);

describe('a list of signals', () => {
  const strands: [string, Strand, RegExp][] = [
    ['of a tenant', { by: 'tenant' }, /tenant_status_at_nanos_id_idx/],
    ['of a host', { by: 'host', hosts: ['host-7'] }, /tenant_host_id_status_at_nanos_id_idx/],
    ['of hosts', { by: 'host', hosts: ['host-7', 'host-9', 'host-11'] }, /tenant_host_id_status_at_nanos_id_idx/],
    ['of a kind', { by: 'kind', kinds: [3] }, /kind_id_status_at_nanos_id_idx/],
    ['of kinds', { by: 'kind', kinds: manyKinds }, /kind_id_status_at_nanos_id_idx/],
    ['of a kind on a host', { by: 'pair', hosts: ['host-7'], kinds: [3] }, /kind_id_host_id_status_at_nanos_id_idx/],
    [
      'of a person',
      { by: 'assignee', assignee: 'ada', hosts: null, kinds: null },
      /tenant_assignee_status_at_nanos_id_idx/,
    ],
  ];

  it.each(strands)('%s is read along its index, newest first, from every partition', async (_, strand, index) => {
    const plan = await genericPlanOf(pageStatement('s.id', strand, range()));
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan on signals_|signals_\d+_pkey|Bitmap/);
    expect(plan).toMatch(/Merge Append/);
  });

  it('of many kinds is looked for among the newest first', async () => {
    const strand = { by: 'kind', kinds: manyKinds } as const;
    const plan = await genericPlanOf(walkStatement('s.id', strand, range(), 1_000));
    expect(plan).toMatch(/tenant_status_at_nanos_id_idx/);
    expect(plan).not.toMatch(wholePartition);
  });

  it('of one signal by the sender’s id is a look into the index of these', async () => {
    const plan = await genericPlanOf({
      sql: 'select id, host_id from signals where signal_id = $1 and id >= $2 and ($3::text[] is null or host_id = any($3)) limit 2',
      values: ['abc', range().firstKept, null],
    });
    expect(plan).not.toMatch(wholePartition);
    expect(plan).toMatch(/signal_id_idx/);
  });
});
