/**
 * Promise: with 1,000,000 signals statistics answer in 5 ms, a first page in 3 ms and a search in 20 ms, through the gateway,
 * also where hardly anything fits. The rows are written straight into the tables: they stand for three months of a fleet.
 */
import { partitionsFor } from '@assay/persistence';
import type pg from 'pg';
import { bench, demand, type Reporter } from './support/bench.js';
import { spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { administrator, type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds } from './support/processor-time.js';

const options = optionsOf({ signals: 1_000_000, hosts: 500, rules: 60, days: 88, warmup: 30, requests: 200 });

const aims = { page: 3, search: 20, stats: 5 } as const;
const dayMs = 86_400_000;

interface Signal {
  readonly severity: string;
  readonly status: string;
  readonly host_id: string;
  readonly rule_id: string;
  readonly title: string;
  readonly ts: string;
  readonly context: object;
}

interface Listed {
  readonly count: number;
  readonly signals: Signal[];
  readonly next_cursor: string | null;
}

/** One question, how many entries its answer has, and what each of them has to be. */
interface Question {
  readonly name: string;
  readonly path: string;
  readonly aimMs: number;
  readonly count: number;
  readonly fits: (signal: Signal) => boolean;
}

const all = (): boolean => true;
const ago = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

const pages: readonly Question[] = [
  ask('first page', '/signals?status=all', 100, all),
  ask('first page of open ones', '/signals', 100, ({ status }) => status === 'open'),
  ask('first page of 50', '/signals?status=all&limit=50', 50, all),
  ask('of a host', '/signals?status=all&host_id=host-7', 100, ({ host_id }) => host_id === 'host-7'),
  ask('of a severity', '/signals?status=all&severity=critical', 100, ({ severity }) => severity === 'critical'),
  ask('of the last hour, open', `/signals?since=${ago(1 / 24)}`, null, ({ status }) => status === 'open'),
  ask('a severity that hardly occurs', '/signals?status=all&severity=info', 7, ({ severity }) => severity === 'info'),
  ask('a severity that does not occur', '/signals?status=all&severity=none', 0, all),
  ask('a status that hardly occurs', '/signals?status=acknowledged', 5, ({ status }) => status === 'acknowledged'),
  ask('a host with three', '/signals?status=all&host_id=quiet', 3, ({ host_id }) => host_id === 'quiet'),
  ask('nothing of a host', '/signals?status=all&host_id=nobody', 0, all),
  ask('since tomorrow', `/signals?status=all&since=${ago(-1)}`, 0, all),
  ask('since long ago', `/signals?status=all&since=${ago(400)}`, 100, all),
];

const searches: readonly Question[] = [
  search('a word of one title', 'title 07', 100),
  search('a word of every title', 'rule with', 100),
  search('a rule', 'sm-012', 100),
  search('what hardly occurs', '100%_', 7),
  search('nothing', 'no such words', 0),
  search('a host’s', 'rule with&host_id=host-7', 100),
];

function ask(name: string, path: string, count: number | null, fits: (signal: Signal) => boolean): Question {
  return { name, path, aimMs: aims.page, count: count ?? -1, fits };
}

function search(name: string, words: string, count: number): Question {
  const [text = '', rest = ''] = words.split('&');
  const fits = ({ title, rule_id }: Signal): boolean => `${title}\n${rule_id}`.toLowerCase().includes(text);
  const path = `/signals?status=all&search=${encodeURIComponent(text)}${rest && `&${rest}`}`;
  return { name: `search for ${name}`, path, aimMs: aims.search, count, fits };
}

/** Three months of a fleet: each rule on each host, most of it resolved; a few rows that hardly any list finds. */
async function fill(client: pg.Client): Promise<void> {
  await client.query('set search_path = case_engine');
  for (const table of ['signals', 'signal_changes']) {
    for (let day = 0; day <= options.days; day += 7) {
      const statements = partitionsFor(table, new Date(Date.now() - day * dayMs), 0, 7);
      await client.query(`set role case_engine_owner; ${statements.join(' ')}; reset role`);
    }
  }
  await client.query(
    `insert into signal_kinds (tenant, digest, rule_id, rule_description, severity, title, tags, searched_title, searched_rule)
     select 'default', sha256(convert_to(t.rule_id, 'UTF8')), t.rule_id, 'What the rule is for', t.severity, t.title, '{persistence,bench}',
            lower(t.title), lower(t.rule_id)
       from (select 'SM-' || lpad(n::text, 3, '0') as rule_id, (array['critical', 'high', 'high', 'medium', 'low'])[1 + n % 5] as severity,
                    'Rule with title ' || lpad(n::text, 2, '0') as title from generate_series(0, $1::integer - 1) n
             union all select 'SM-RARE', 'info', '100%_certain') t`,
    [options.rules],
  );
  await client.query(
    `with kinds as (select array_agg(id order by rule_id) as ids from signal_kinds where tenant = 'default' and rule_id <> 'SM-RARE'),
          rare as (select id from signal_kinds where tenant = 'default' and rule_id = 'SM-RARE'),
          moments as (
            select n, extract(epoch from now())::bigint * 1000 - ((($1::bigint - n) * $4::bigint * 86400000) / $1) as ms
              from generate_series(1, $1::integer) n
          )
     insert into signals (id, tenant, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context, digest)
     select (lpad(to_hex(ms), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid, 'default',
            case when n % ($1 / 7) = 0 then rare.id else kinds.ids[1 + (n * 7919::bigint) % $3] end,
            case when n in (100, 200, 300) then 'quiet' else 'host-' || (n * 104729::bigint) % $2 end,
            md5(n::text), to_char(to_timestamp(ms / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"123456Z"'),
            to_timestamp(ms / 1000.0) + interval '123 microseconds', 456, to_timestamp(ms / 1000.0) + interval '2 seconds',
            case when n in (11, 22, 33, 44, 55) then 1 when n % 10 = 0 then 0 else 2 end,
            '{"kind":"execution","actor_path":"/bin/zsh","target_path":"/Users/Shared/x/python3","decision":"DECISION_ALLOW","execution.args":["python3","-c","print(1)"],"process_tree":[{"relation":"target","depth":0,"pid":4121,"path":"/Users/Shared/x/python3","user":"kim","uid":501},{"relation":"parent","depth":1,"pid":4100,"path":"/bin/zsh"}]}',
            decode(md5(n::text) || md5(n::text), 'hex')
       from moments cross join kinds cross join rare`,
    [options.signals, options.hosts, options.rules, options.days],
  );
  await client.query(
    `insert into signal_groups (tenant, host_id, rule_id, title, severity, open, acknowledged, resolved, critical, high, medium, low, info,
                                unknown, first_at, last_at, newest_id)
     select s.tenant, s.host_id, k.rule_id, k.title, k.severity, count(*) filter (where s.status = 0), count(*) filter (where s.status = 1),
            count(*) filter (where s.status = 2), count(*) filter (where k.severity = 'critical'), count(*) filter (where k.severity = 'high'),
            count(*) filter (where k.severity = 'medium'), count(*) filter (where k.severity = 'low'), count(*) filter (where k.severity = 'info'),
            0, min(s.at), max(s.at), (array_agg(s.id order by s.at desc))[1]
       from signals s join signal_kinds k on k.id = s.kind_id group by s.tenant, s.host_id, k.rule_id, k.title, k.severity`,
  );
  await client.query(
    `insert into signal_counts (tenant, dimension, key, n)
     select 'default', 'total', '', count(*) from signals
     union all select 'default', 'status', (array['open', 'acknowledged', 'resolved'])[1 + status], count(*) from signals group by status
     union all select 'default', 'severity', k.severity, count(*) from signals s join signal_kinds k on k.id = s.kind_id group by k.severity
     union all select 'default', 'host', host_id, count(*) from signals group by host_id
     union all select 'default', 'rule', k.rule_id, count(*) from signals s join signal_kinds k on k.id = s.kind_id group by k.rule_id
     union all select 'default', 'hour', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24'), count(*) from signals
                where at > now() - interval '25 hours' group by 3
     union all select 'default', 'minute', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI'), count(*) from signals
                where at > now() - interval '25 hours' group by 3`,
  );
  await client.query('vacuum analyze signals, signal_kinds, signal_groups, signal_counts');
}

/** Beside the time also what it cost, which a busy machine changes much less. */
async function measure(
  { say, platform }: Scene,
  name: string,
  aimMs: number,
  once: () => Promise<void>,
): Promise<void> {
  for (let n = 0; n < options.warmup; n += 1) await once();
  const tookMs: number[] = [];
  const before = processorSeconds(platform.pids());
  for (let n = 0; n < options.requests; n += 1) {
    const begun = performance.now();
    await once();
    tookMs.push(performance.now() - begun);
  }
  const spread = spreadOf(tookMs);
  say.spread(`  ${name}`, spread);
  const costs = [...processorSeconds(platform.pids())]
    .map(([process, seconds]) => ({ process, ms: ((seconds - (before.get(process) ?? 0)) * 1_000) / options.requests }))
    .filter(({ ms }) => ms >= 0.1);
  say.say(`    processor time each: ${costs.map(({ process, ms }) => `${process} ${ms.toFixed(1)} ms`).join(', ')}`);
  say.promise({ what: `${name}, p50`, measured: spread.p50, unit: 'ms', aim: { atMost: aimMs } });
}

interface Scene {
  readonly say: Reporter;
  readonly platform: MeasuredPlatform;
}

async function answer(client: HttpClient, { name, path, count, fits }: Question): Promise<void> {
  const page = await client.read<Listed>(path);
  demand(page.count === page.signals.length, `${name}: count is ${page.count}`);
  demand(count < 0 || page.count === count, `${name}: ${page.count} signals, not ${count}`);
  demand(page.signals.every(fits), `${name}: something that does not fit`);
  const sorted = page.signals.every(({ ts }, index) => index === 0 || ts <= page.signals[index - 1]!.ts);
  demand(sorted, `${name}: not the newest first`);
}

async function walk(client: HttpClient, pagesWanted: number): Promise<void> {
  let path = '/signals?status=all&limit=1000';
  const seen = new Set<string>();
  for (let n = 0; n < pagesWanted; n += 1) {
    const page = await client.read<Listed>(path);
    for (const { ts } of page.signals) seen.add(ts);
    path = `/signals?status=all&limit=1000&cursor=${page.next_cursor}`;
  }
  demand(seen.size === pagesWanted * 1_000, `a walk saw ${seen.size} different signals`);
}

await bench('Reads of signals', async (say) => {
  await withPlatform(say, options, async (platform) => {
    const database = await administrator(platform.process.dataDir);
    const begun = performance.now();
    await fill(database);
    const { rows } = await database.query<{ n: string }>(
      "select count(*) as n from signals where at > now() - interval '24 hours'",
    );
    await database.end();
    say.fact(
      'tables',
      `${options.signals} signals of ${options.hosts} hosts, in ${Math.round(performance.now() - begun)} ms`,
    );
    const lastDay = Number(rows[0]?.n);
    const client = platform.client(1);

    interface Stats {
      total_signals: number;
      last_24h: number;
      by_severity: Record<string, number>;
      by_host: object;
      top_rules: object[];
    }
    const scene = { say, platform };
    await measure(scene, 'statistics', aims.stats, async () => {
      const stats = await client.read<Stats>('/stats');
      demand(stats.total_signals === options.signals, `statistics say ${stats.total_signals}`);
      demand(Math.abs(stats.last_24h - lastDay) < 200, `the last 24 hours have ${stats.last_24h}, not ${lastDay}`);
      demand(stats.by_severity['info'] === 7 && stats.top_rules.length === 10, 'statistics lack something');
      demand(Object.keys(stats.by_host).length === options.hosts + 1, 'statistics lack hosts');
    });
    for (const question of [...pages, ...searches]) {
      await measure(scene, question.name, question.aimMs, () => answer(client, question));
    }
    await walk(client, 20);
  });
});
