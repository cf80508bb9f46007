import { newId } from '@assay/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScanListFilter, scanListStatement } from '../src/benchmarks/list-scans.read-model.js';
import { BenchmarksInstallation } from './benchmarks-installation.js';

const tenant = 'plans';
let assay: BenchmarksInstallation;
beforeAll(async () => {
  assay = await BenchmarksInstallation.start();
  await assay.rows(
    `with h as (insert into hosts (id, tenant, hostname, friendly_name, created_at)
       select gen_random_uuid(), 'plans', 'host-' || n, '', now() from generate_series(1, 500) n returning id),
     p as (insert into benchmark_profiles (tenant, id, name, type, created_at, updated_at)
       select 'plans', gen_random_uuid(), 'profile-' || n, 'openscap', now(), now() from generate_series(1, 50) n returning id)
     insert into benchmark_scans (tenant, id, host_id, profile_id, status, started_at, completed_at, accepted_at, ordered_at, content_digest)
     select 'plans', gen_random_uuid(), h.id, p.id, 'completed', now() - random() * interval '300 days', now(), now(), now(), ''
       from h cross join p returning 1`,
  );
  const admin = new pg.Client({ connectionString: assay.adminUrl });
  await admin.connect();
  await admin.query('analyze compliance.hosts, compliance.benchmark_profiles, compliance.benchmark_scans');
  await admin.end();
});
afterAll(() => assay.stop());

const everything: ScanListFilter = { hosts: null, profiles: null, status: null, since: null, after: null };

async function planOf(filter: Partial<ScanListFilter>): Promise<string> {
  const { sql, values } = scanListStatement({ ...everything, ...filter });
  return assay.own.run(tenant, async (tx) => {
    const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [tenant, null, null, 50, ...values]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

describe('a list of scans', () => {
  it.each([
    ['everything', {}, /Index Scan using benchmark_scans_started_idx/],
    ['a time', { since: new Date(Date.now() - 86_400_000) }, /benchmark_scans_started_idx/],
    ['a page', { after: { at: new Date().toISOString(), id: newId() } }, /benchmark_scans_started_idx/],
    ['a host', { hosts: [newId()] }, /benchmark_scans_(?:host|newest|repeat)_idx/],
    ['a profile', { profiles: [newId()] }, /benchmark_scans_(?:profile|started)_idx/],
  ] as const)('of %s reads along an index', async (_what, filter, index) => {
    const plan = await planOf(filter);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan on benchmark_scans');
  });
});
