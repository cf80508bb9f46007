import { newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listStatement, weightsStatement } from '../src/cases/read-cases.store.js';
import { exceptionsAt } from '../src/reports/reports.store.js';
import { openInCases, standings } from '../src/reports/repository/repository-reports.store.js';
import { historyStatement } from '../src/runs/read-runs.store.js';
import { CaseEngineInstallation } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  const admin = new pg.Client({ connectionString: installation.adminUrl });
  await admin.connect();
  await admin.query(`
    set search_path = case_engine;
    insert into cases (tenant, subject_key, subject, case_key, provider, org, repo, branch, image_name, status, version, critical,
                       high, medium, low, unknown, kev, excluded, created_at, updated_at, judged_at)
      select 'tenant-' || n % 20, 'key-' || n, '{}', '', 'github', 'acme', 'repo-' || n % 500, 'branch-' || n % 7, 'image-' || n % 90,
             case n % 50 when 0 then 'OPEN' else 'RESOLVED' end, 1, 0, 0, 0, 0, 0, 0, 0, now(), now(), now()
        from generate_series(1, 20000) n;
    insert into runs (id, tenant, run_key, case_id, origin, provider, org, repo, branch, pr_id, commit_sha, accepted_at, recorded_at, late,
                      critical, high, medium, low, unknown, kev, excluded, verdict, policy)
      select gen_random_uuid(), 'tenant-' || n % 20, 'key-' || n, n % 2000, '{}', 'github', 'acme', 'repo-' || n % 500, 'branch-' || n % 7,
             case n % 3 when 0 then (n % 11)::text end, 'c' || n, now(), now(), false, 0, 0, 0, 0, 0, 0, 0, '{}', '{}'
        from generate_series(1, 20000) n;
    insert into findings (tenant, case_id, key, known_from, first_seen_at, state, severity, severity_rank, kev, grp, vulnerability_id,
                          place, detail)
      select 'tenant-' || n % 20, n % 2000, 'key-' || n, now(), now(), 'open', 'high', n % 5, false, gen_random_uuid(), 'CVE-' || n % 3000,
             '', '{}'
        from generate_series(1, 60000) n;
    insert into vulnerability_names (tenant, name, grp)
      select 'tenant-' || n % 20, 'CVE-' || n, gen_random_uuid() from generate_series(1, 20000) n;
    insert into exceptions (id, tenant, what_kind, what_id, scope_key, scope, reason, expires_at, granted_by, granted_at)
      select gen_random_uuid(), 'tenant-' || n % 20, 'rule', '', 'scope-' || n % 900, '{}', '', now() + n * interval '1 day', '', now()
        from generate_series(1, 20000) n;
    analyze cases, runs, findings, vulnerability_names, exceptions;
  `);
  await admin.end();
});
afterAll(async () => {
  await installation.stop();
});

/** The plan of a statement as the service's own role gets it, under row level security. */
async function planOf(sql: string, values: readonly unknown[] = []): Promise<string> {
  const literal = (value: unknown): string =>
    value === null ? 'null' : Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value)}'`;
  const text = sql.replaceAll(/\$(\d+)/g, (_, place: string) => literal(values[Number(place) - 1]));
  const transactions = installation.engine.app.get(Transactions);
  const rows = await transactions.run('tenant-7', (tx) => tx.query<{ 'QUERY PLAN': string }>(`explain ${text}`));
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const newest = 'order by c.id desc limit $2';

describe('a list of cases', () => {
  it.each([
    [{}, 'cases_pkey'],
    [{ repo: 'repo-7', branch: 'branch-0' }, 'cases_repo_idx'],
    [{ repo: 'repo-7' }, 'cases_repo_newest_idx'],
    [{ org: 'acme' }, /cases_org_idx|cases_pkey/],
    [{ status: 'OPEN' }, 'cases_status_idx'],
    [{ vulnerability: 'CVE-7' }, 'findings_id_idx'],
    [{ scanner: 'grype' }, 'run_documents_pkey'],
    [{ repositories: [{ org: 'acme', repo: 'repo-7' }] }, 'cases_repo_newest_idx'],
  ] as const)('narrowed by %j reads %s', async (filter, index) => {
    const { sql, values } = listStatement('*', filter, newest);
    const plan = await planOf(sql, [20_001, 50, ...values]);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('the history', () => {
  it.each([
    [{}, 'runs_pkey'],
    [{ caseId: 7 }, 'runs_case_idx'],
    [{ repo: 'repo-7', branch: 'branch-0' }, /runs_repo(_newest)?_idx/],
    [{ provider: 'github', org: 'acme', repo: 'repo-7' }, 'runs_repo_newest_idx'],
    [{ repo: 'repo-7', prId: '7' }, 'runs_pr_idx'],
    [{ caseId: 7, since: new Date(0), until: new Date() }, 'runs_case_idx'],
    [{ repositories: [{ org: 'acme', repo: 'repo-7' }] }, 'runs_repo_newest_idx'],
  ] as const)('narrowed by %j reads %s', async (filter, index) => {
    const { sql, values } = historyStatement(filter);
    const plan = await planOf(sql, [newId(), 50, ...values]);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('what judging and granting look for', () => {
  it.each([
    [weightsStatement, [[7, 8, 9]], /findings_(open|list)_idx/],
    ['select * from cases where subject_key = $1', ['key-7'], 'cases_tenant_subject_key_key'],
    ['select * from runs where run_key = $1', ['key-7'], 'runs_tenant_run_key_key'],
    ['select * from findings where case_id = $1 and known_until is null', [7], /findings_(open|list)_idx/],
    [
      'select * from findings where case_id = $1 and known_until is null order by severity_rank, key limit 50',
      [7],
      'findings_list_idx',
    ],
    ['select * from findings where vulnerability_id = $1 and known_until is null', ['CVE-7'], 'findings_id_idx'],
    ['select * from findings where grp = $1 and known_until is null', [newId()], 'findings_group_idx'],
    ['select grp from vulnerability_names where name = $1', ['CVE-7'], 'vulnerability_names_pkey'],
    ['select * from exceptions where ended_at is null and scope_key = $1', ['scope-7'], 'exceptions_scope_idx'],
    ['select * from exceptions order by id desc limit 50', [], 'exceptions_pkey'],
  ] as const)('%s', async (sql, values, index) => {
    const plan = await planOf(sql, values);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('what reports read', () => {
  it.each([
    [exceptionsAt, [['scope-7', 'tenant'], new Date().toISOString()], /exceptions_scope_idx[^]*exceptions_ended_idx/],
    [standings, ['repo-7', 'acme', null, 500], 'cases_repo'],
    [openInCases, [[7, 27], 500], /findings_(open|list)_idx/],
  ] as const)('%s', async (sql, values, index) => {
    const plan = await planOf(sql, values);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('Seq Scan');
  });
});
