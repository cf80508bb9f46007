/**
 * Promise: a list of 100,000 cases answers its first page in 30 ms, through the gateway, however it is narrowed; and so
 * does a history of 100,000 runs. The rows are written straight into the tables: they stand for years of pull requests.
 */
import type pg from 'pg';
import { bench, demand, type Reporter } from './support/bench.js';
import { spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { administrator, withPlatform } from './support/platform.js';

const options = optionsOf({ cases: 100_000, runs: 100_000, warmup: 30, rounds: 5, requests: 40 });

const aimMs = 30;
const openEvery = 40;
const repositories = 400;

/** One list, and how many entries its first page must have. */
interface List {
  readonly name: string;
  readonly path: string;
  readonly count: (page: unknown) => number;
  readonly expected: number;
}

const ofArray = (page: unknown): number => (page as readonly unknown[]).length;
const ofPage = (page: unknown): number => (page as { readonly items: readonly unknown[] }).items.length;
const perRepository = Math.floor(options.cases / repositories);

const lists: readonly List[] = [
  list('cases, first page of SecureCase (500)', '/api/v1/cases', 500),
  list('cases, first page of 50', '/api/v1/cases?limit=50', 50),
  list('cases of a repository', '/api/v1/cases?repo=repo-7', Math.min(500, perRepository)),
  list('cases of a repository, 50', '/api/v1/cases?repo=repo-7&limit=50', Math.min(50, perRepository)),
  list('cases of a repository and branch', '/api/v1/cases?repo=repo-7&branch=branch-7', 1, false),
  list('open cases, 50', '/api/v1/cases?status=open&limit=50', 50),
  list('cases with a CVE', '/api/v1/cases?vulnerability=CVE-2031-10007&limit=50', 50),
  list('cases of a team, 50', '/api/v1/cases?team=bench&limit=50', 50),
  list('history, first page of 50', '/api/v1/history?org=acme&repo=busy', 50),
  list('history of a pull request', '/api/v1/history?org=acme&repo=busy&prId=7', 50),
];

function list(name: string, path: string, expected: number, exact = true): List {
  const count = path.includes('/history') ? ofPage : ofArray;
  return { name, path, count, expected: exact ? expected : -expected };
}

/** Years of work: every case with one open finding, one repository with a history of its own. */
async function fill(client: pg.Client): Promise<void> {
  await client.query('set search_path = case_engine');
  await client.query(
    `insert into cases (tenant, subject_key, subject, case_key, provider, org, repo, branch, pr_id, status, version,
                        critical, high, medium, low, unknown, kev, excluded, created_at, updated_at, judged_at)
     select 'default', 'bench-' || n,
            jsonb_build_object('kind', 'pr', 'provider', 'github', 'org', 'acme', 'repo', 'repo-' || n % $2, 'prId', n::text),
            'github::acme::repo-' || n % $2 || '::PR::' || n, 'github', 'acme', 'repo-' || n % $2, 'branch-' || n % 977, n::text,
            case n % $3 when 0 then 'OPEN' else 'RESOLVED' end, 1, 0, 1, 0, 0, 0, 0, 0, now(), now(), now()
       from generate_series(1, $1::integer) n`,
    [options.cases, repositories, openEvery],
  );
  await client.query(
    `insert into findings (tenant, case_id, key, known_from, first_seen_at, state, severity, severity_rank, kev, grp,
                           vulnerability_id, place, detail)
     select 'default', id, 'k', now(), now(), 'open', 'high', 1, false, null, 'CVE-2031-' || 10000 + id % 1000, 'p', '{}'
       from cases where tenant = 'default'`,
  );
  await client.query(
    `insert into runs (id, tenant, run_key, case_id, subject, origin, provider, org, repo, branch, pr_id, commit_sha,
                       accepted_at, recorded_at, late, critical, high, medium, low, unknown, kev, excluded, verdict, policy)
     select (lpad(to_hex(1790000000000 + n), 12, '0') || '7000800000000000' || lpad(to_hex(n % 65536), 4, '0'))::uuid,
            'default', 'bench-' || n, 1 + n % 50, '{}', '{"provider":"github","org":"acme","repo":"busy"}', 'github', 'acme',
            'busy', 'branch-' || n % 977, (n % 50)::text, 'c' || n, now(), now(), false, 0, 1, 2, 3, 0, 0, 0, '{}', '{}'
       from generate_series(1, $1::integer) n`,
    [options.runs],
  );
  await client.query(
    `insert into run_documents (tenant, run_id, tool, target, scan_id, receipt_id, accepted_at, document_digest, findings_digest, components)
     select 'default', id, 'trivy', '', gen_random_uuid(), gen_random_uuid(), now(), 'sha256:d', 'sha256:f', 1 from runs
      where tenant = 'default'`,
  );
  await client.query('analyze cases, findings, runs, run_documents, run_changes, run_alerts');
}

async function measure(say: Reporter, client: HttpClient, wanted: List): Promise<void> {
  const { name, path, count, expected } = wanted;
  const ask = async (): Promise<number> => {
    const begun = performance.now();
    const page = await client.read(path);
    const tookMs = performance.now() - begun;
    const found = count(page);
    demand(expected < 0 ? found >= -expected : found === expected, `${name}: ${found} entries, not ${expected}`);
    return tookMs;
  };
  for (let n = 0; n < options.warmup; n += 1) await ask();
  const tookMs: number[] = [];
  for (let n = 0; n < options.rounds * options.requests; n += 1) tookMs.push(await ask());
  const spread = spreadOf(tookMs);
  say.spread(`  ${name}`, spread);
  say.promise({ what: `${name}, p50`, measured: spread.p50, unit: 'ms', aim: { atMost: aimMs } });
}

await bench('Lists of cases and runs', async (say) => {
  await withPlatform(say, options, async (platform) => {
    const client = platform.client(1);
    const team = JSON.stringify({ name: 'Bench', repositories: ['acme/repo-1*'] });
    demand((await client.post('/api/v1/teams', Buffer.from(team))).status === 201, 'the team is made');
    const database = await administrator(platform.process.dataDir);
    const begun = performance.now();
    await fill(database);
    await database.end();
    say.fact('tables', `${options.cases} cases, ${options.runs} runs, in ${Math.round(performance.now() - begun)} ms`);
    for (const wanted of lists) await measure(say, client, wanted);
  });
});
