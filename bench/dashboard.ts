/**
 * Promise: PatchMon's dashboard answers in 200 ms with 10,000 hosts × 205 rules behind it, through the gateway, for an admin
 * and for somebody who may see a part of the hosts; its other pages in 100 ms. The rows are written straight into the
 * tables, totals by what recording keeps in step; the dashboard's numbers are compared with a count over all results.
 */
import type pg from 'pg';
import { bench, demand, type Reporter } from './support/bench.js';
import { spreadOf } from './support/figures.js';
import { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { administrator, withPlatform } from './support/platform.js';

const options = optionsOf({ hosts: 10_000, rules: 205, warmup: 5, rounds: 5, requests: 6 });

const dashboardAimMs = 200;
const pageAimMs = 100;
const api = '/api/v1/compliance';
const profile = '00000000-0000-7000-8000-00000000000a';

/** `pass`, and for every fifth pair of host and rule `fail`; some warn. */
const status = (host: string, rule: string): string =>
  `case (${host} * 31 + ${rule} * 17) % 5 when 0 then 'fail' when 1 then case ${rule} % 10 when 0 then 'warn' else 'pass' end else 'pass' end`;
const uuid = (kind: string, number: string): string =>
  `('019a0000-000${kind}-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const score = `round((passed * 100.0 / total)::numeric, 2)::double precision`;

/** A fleet, each host scanned once in the last month. */
async function fill(client: pg.Client): Promise<void> {
  const { hosts, rules } = options;
  await client.query('set search_path = compliance');
  await client.query(
    `insert into hosts (id, tenant, hostname, friendly_name, groups, created_at)
     select ${uuid('1', 'n')}, 'default', 'bench-' || lpad(n::text, 5, '0'), 'Bench ' || n, array['rack-' || n % 10], now()
       from generate_series(1, $1::int) n`,
    [hosts],
  );
  await client.query(
    `insert into benchmark_profiles (tenant, id, name, type, created_at, updated_at)
     values ('default', '${profile}', 'bench_server', 'openscap', now(), now())`,
  );
  await client.query(
    `insert into benchmark_rules (tenant, id, profile_id, rule_ref, title, severity, section, created_at, seen_at)
     select 'default', ${uuid('2', 'n')}, '${profile}', 'bench_rule_' || lpad(n::text, 4, '0'), 'Rule ' || n,
            (array['critical', 'high', 'medium', 'low', 'unknown'])[1 + n % 5], 'Section ' || n % 12, now(), now()
       from generate_series(1, $1::int) n`,
    [rules],
  );
  await client.query(
    `create temporary table pairs as
     select h as host, r as rule, (select key from benchmark_rules where rule_ref = 'bench_rule_' || lpad(r::text, 4, '0')) as key,
            ${status('h', 'r')} as status
       from generate_series(1, $1::int) h cross join generate_series(1, $2::int) r`,
    [hosts, rules],
  );
  await client.query(
    `insert into benchmark_scans (tenant, id, host_id, profile_id, status, started_at, completed_at, accepted_at, ordered_at,
                                  total, passed, failed, warnings, score, effective_score, is_latest, content_digest)
     select 'default', ${uuid('3', 'host')}, ${uuid('1', 'host')}, '${profile}', 'completed', at, at, at, at, total, passed, failed,
            warnings, ${score}, ${score}, true, host::text
       from (select host, now() - host * interval '4 minutes' as at, count(*) as total,
                    count(*) filter (where status = 'pass') as passed, count(*) filter (where status = 'fail') as failed,
                    count(*) filter (where status = 'warn') as warnings from pairs group by host) s`,
  );
  await client.query(
    `insert into benchmark_result_slices (tenant, scan_id, slice, rule_keys, statuses, findings, actuals, expecteds, remediations)
     select 'default', ${uuid('3', 'host')}, 0, array_agg(key order by rule), array_agg(status order by rule),
            array_agg(null::text), array_agg(null::text), array_agg(null::text), array_agg(null::text)
       from pairs group by host`,
  );
  await client.query(
    `insert into benchmark_latest (tenant, host_id, profile_id, profile_type, scan_id, started_at, completed_at, ordered_at,
       accepted_at, total, passed, failed, warnings, skipped, not_applicable, errors, waived, score, effective_score)
     select tenant, host_id, profile_id, 'openscap', id, started_at, completed_at, ordered_at, accepted_at, total, passed, failed,
            warnings, 0, 0, 0, 0, score, effective_score from benchmark_scans where profile_id = '${profile}'`,
  );
  await client.query(
    `insert into benchmark_open_results (tenant, rule_key, host_id, profile_id, status, since)
     select 'default', key, ${uuid('1', 'host')}, '${profile}', status, now() from pairs where status <> 'pass'`,
  );
  await client.query(
    `insert into benchmark_rule_totals (tenant, rule_key, profile_id, hosts, passing, failing, warning, errors, waived)
     select 'default', key, '${profile}', count(*), count(*) filter (where status = 'pass'),
            count(*) filter (where status = 'fail'), count(*) filter (where status = 'warn'), 0, 0
       from pairs group by key`,
  );
  await client.query(`analyze hosts, benchmark_profiles, benchmark_rules, benchmark_scans, benchmark_result_slices,
    benchmark_latest, benchmark_open_results, benchmark_rule_totals`);
}

interface Expected {
  readonly passed: number;
  readonly failed: number;
  readonly average: number;
  readonly open: number;
}

/** The same numbers from all results, the long way. */
async function countAll(client: pg.Client): Promise<Expected> {
  const { rows } = await client.query<Expected>(
    `select sum(passed)::int as passed, sum(failed)::int as failed, round(avg(score)::numeric, 2)::float8 as average,
            (sum(failed) + sum(warned))::int as open
       from (select host, count(*) filter (where status = 'pass') as passed, count(*) filter (where status = 'fail') as failed,
                    count(*) filter (where status = 'warn') as warned,
                    round(count(*) filter (where status = 'pass') * 100.0 / count(*), 2) as score from pairs group by host) h`,
  );
  return rows[0]!;
}

interface Board {
  readonly summary: Readonly<Record<string, number>>;
  readonly hosts_with_latest_scan: readonly unknown[];
  readonly severity_breakdown: readonly { readonly count: number }[];
}

interface Paged {
  readonly pagination: { readonly total: number };
}

async function measure<Body>(
  say: Reporter,
  client: HttpClient,
  name: string,
  path: string,
  aimMs: number,
  check: (answer: Body) => void,
): Promise<void> {
  const ask = async (): Promise<number> => {
    const begun = performance.now();
    const answer = await client.read<Body>(path);
    const tookMs = performance.now() - begun;
    check(answer);
    return tookMs;
  };
  for (let n = 0; n < options.warmup; n += 1) await ask();
  const tookMs: number[] = [];
  for (let n = 0; n < options.rounds * options.requests; n += 1) tookMs.push(await ask());
  const spread = spreadOf(tookMs);
  say.spread(`  ${name}`, spread);
  say.promise({ what: `${name}, p50`, measured: spread.p50, unit: 'ms', aim: { atMost: aimMs } });
}

await bench('PatchMon’s pages over a fleet', async (say) => {
  await withPlatform(say, options, async (platform) => {
    const client = platform.client(1);
    const database = await administrator(platform.process.dataDir);
    const begun = performance.now();
    await fill(database);
    const expected = await countAll(database);
    await database.end();
    say.fact(
      'tables',
      `${options.hosts} hosts × ${options.rules} rules, in ${Math.round(performance.now() - begun)} ms`,
    );

    await measure<Board>(say, client, 'dashboard', `${api}/dashboard`, dashboardAimMs, (board) => {
      const { summary } = board;
      demand(summary['total_hosts'] === options.hosts, `${summary['total_hosts']} hosts`);
      demand(summary['total_passed_rules'] === expected.passed, `${summary['total_passed_rules']} passed rules`);
      demand(summary['total_failed_rules'] === expected.failed, `${summary['total_failed_rules']} failed rules`);
      demand(summary['average_score'] === expected.average, `an average of ${summary['average_score']}`);
      demand(board.hosts_with_latest_scan.length === options.hosts, 'every host is listed');
      const open = board.severity_breakdown.reduce((sum, { count }) => sum + count, 0);
      demand(open === expected.open, `${open} open results`);
    });
    const wanted = { name: 'rack', role: 'viewer', scope: { hosts: ['group:rack-7'] } };
    const made = await client.post('/api/v1/api-keys', Buffer.from(JSON.stringify(wanted)));
    demand(made.status === 201, `a key for one rack: ${made.status}`);
    const { key } = JSON.parse(made.body.toString()) as { key: string };
    const limited = new HttpClient(platform.process.url, key, 1);
    await measure<Board>(
      say,
      limited,
      'dashboard of one tenth of the hosts',
      `${api}/dashboard`,
      dashboardAimMs,
      (board) => demand(board.summary['total_hosts'] === options.hosts / 10, `${board.summary['total_hosts']} hosts`),
    );
    limited.close();
    await measure<Paged>(say, client, 'rules', `${api}/rules`, pageAimMs, ({ pagination }) =>
      demand(pagination.total === options.rules, `${pagination.total} rules`),
    );
    await measure<Paged>(say, client, 'history', `${api}/scans/history`, pageAimMs, ({ pagination }) =>
      demand(pagination.total === options.hosts, `${pagination.total} scans`),
    );
    await measure<Paged>(
      say,
      client,
      'results of a scan',
      `${api}/results/019a0000-0003-7000-8000-000000000001`,
      pageAimMs,
      ({ pagination }) => demand(pagination.total === options.rules, `${pagination.total} results`),
    );
  });
});
