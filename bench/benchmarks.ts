/**
 * No promise of a rate, but of memory: an ARF of 15 MB passes through and does not pile up. Shown beside it: how many real
 * submissions of PatchMon's agent (1.6 MB, 591 rules) are accepted a second and recorded a second, what each costs the
 * processes, and what a scan that found the same as the one before leaves in the database.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { bench, demand, type Reporter } from './support/bench.js';
import { rounded, spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { administrator, type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds } from './support/processor-time.js';

const options = optionsOf({ hosts: 40, rounds: 5, connections: 8, drainSeconds: 120, settleSeconds: 10 });

const megabyte = 1_000_000;
const fixtures = 'test/fixtures/compliance';

interface Agent {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Submission {
  readonly scans: { started_at: string; results: { rule_ref: string; status: string }[] }[];
}

function unpacked(path: string): Buffer {
  return gunzipSync(readFileSync(`${fixtures}/${path}`));
}

/** What the real agent sent, from now on: each host, round by round, finds the same. */
function submissions(): (host: number, round: number) => Buffer {
  const sent = JSON.parse(unpacked('patchmon/agent-on-demand.json.gz').toString()) as Submission;
  const base = Date.now() - 86_400_000;
  return (host, round) => {
    sent.scans[0]!.started_at = new Date(base + round * 3_600_000 + host).toISOString();
    return Buffer.from(JSON.stringify(sent));
  };
}

async function enrol(client: HttpClient): Promise<Agent[]> {
  const agents: Agent[] = [];
  for (let number = 0; number < options.hosts; number += 1) {
    const hostname = number === 0 ? 'web-01.demo.example' : `bench-${number}`;
    const { status, body } = await client.post('/api/v1/hosts', Buffer.from(JSON.stringify({ hostname })));
    demand(status === 200 || status === 201, `status ${status}`, body.toString());
    const { id, apiId, apiKey } = JSON.parse(body.toString()) as { id: string; apiId: string; apiKey: string };
    agents.push({ id, headers: { 'x-api-id': apiId, 'x-api-key': apiKey } });
  }
  return agents;
}

async function submitAll(client: HttpClient, agents: readonly Agent[], round: number): Promise<number[]> {
  const documentOf = submissions();
  const tookMs: number[] = [];
  let next = 0;
  const connection = async (): Promise<void> => {
    for (let host = next++; host < agents.length; host = next++) {
      const agent = agents[host]!;
      const answer = await client.post('/api/v1/compliance/scans', documentOf(host, round), agent.headers);
      const reply = JSON.parse(answer.body.toString()) as { scans_received: number; scans: { score: number }[] };
      demand(answer.status === 200 && reply.scans_received === 1, `status ${answer.status}`, reply);
      demand(reply.scans[0]!.score === 61.39, 'another score', reply);
      tookMs.push(answer.tookMs);
    }
  };
  await Promise.all(Array.from({ length: client.connections }, connection));
  return tookMs;
}

/** Waits until so many scans are there. */
async function recorded(platform: MeasuredPlatform, scans: number): Promise<void> {
  const database = await administrator(platform.process.dataDir);
  try {
    for (let waited = 0; waited < options.drainSeconds * 10; waited += 1) {
      const { rows } = await database.query<{ scans: number; totals: number }>(
        `select count(*)::int as scans, (select coalesce(max(hosts), 0) from compliance.benchmark_rule_totals) as totals
           from compliance.benchmark_scans where status = 'completed'`,
      );
      if (rows[0]!.scans === scans) {
        demand(rows[0]!.totals === options.hosts, 'a rule is not counted for each host', rows[0]);
        return;
      }
      await sleep(100);
    }
    demand(false, `${scans} scans were not recorded in ${options.drainSeconds} s`);
  } finally {
    await database.end();
  }
}

async function sizeOf(platform: MeasuredPlatform): Promise<number> {
  const database = await administrator(platform.process.dataDir);
  const { rows } = await database.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(format('compliance.%I', relname)::regclass)) as bytes
       from pg_stat_user_tables where schemaname = 'compliance' and relname like 'benchmark%'`,
  );
  await database.end();
  return Number(rows[0]!.bytes);
}

async function measureRate(say: Reporter, platform: MeasuredPlatform): Promise<void> {
  const client = platform.client(options.connections);
  const agents = await enrol(client);
  await submitAll(client, agents, 0);
  await recorded(platform, agents.length);
  const bytes = await sizeOf(platform);
  const before = processorSeconds(platform.pids());
  const begun = performance.now();
  const tookMs: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    tookMs.push(...(await submitAll(client, agents, round)));
  }
  const acceptedSeconds = (performance.now() - begun) / 1_000;
  const sent = agents.length * options.rounds;
  await recorded(platform, agents.length + sent);
  const recordedSeconds = (performance.now() - begun) / 1_000;
  say.spread('POST /api/v1/compliance/scans, 1.6 MB', spreadOf(tookMs));
  say.fact('accepted per second', rounded(sent / acceptedSeconds));
  say.fact('recorded per second, the sender on the same cores', rounded(sent / recordedSeconds));
  for (const [name, seconds] of processorSeconds(platform.pids())) {
    say.fact(
      `processor time of ${name} per submission`,
      `${rounded(((seconds - before.get(name)!) / sent) * 1_000)} ms`,
    );
  }
  const left = ((await sizeOf(platform)) - bytes) / sent / 1_000;
  say.fact('left in the tables by a scan that found the same as the one before', `${rounded(left)} kB`);
}

function residentOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  demand(kibibytes !== undefined, `/proc/${pid}/status has no VmRSS`);
  return (Number(kibibytes) * 1024) / megabyte;
}

async function measureMemory(say: Reporter, platform: MeasuredPlatform): Promise<void> {
  const client = platform.client(1);
  const pid = platform.pids().get('platform');
  demand(pid !== undefined, 'there is no pid file of the platform');
  const document = unpacked('oscap/deb12-web-01-anssi_bp28_enhanced.arf.xml.gz');
  const send = async (): Promise<void> => {
    const headers = { 'content-type': 'application/xml' };
    const { status, body } = await client.post('/api/v1/ingest/xccdf?wait=120', document, headers);
    const answer = body.toString();
    demand(status === 200 && answer.includes('"done"'), `status ${status}`, answer);
  };
  await send();
  await sleep(options.settleSeconds * 1_000);
  const idle = residentOf(pid);
  let peak = idle;
  const watching = setInterval(() => (peak = Math.max(peak, residentOf(pid))), 50);
  const begun = performance.now();
  for (let round = 0; round < options.rounds; round += 1) await send();
  const seconds = (performance.now() - begun) / 1_000 / options.rounds;
  clearInterval(watching);
  say.fact(
    `an ARF of ${rounded(document.length / megabyte)} MB`,
    `${rounded(seconds)} s from the first byte to its score`,
  );
  say.fact('resident memory', `${idle.toFixed(0)} MB idle, ${peak.toFixed(0)} MB at the most`);
  say.promise({ what: 'memory that an ARF of 15 MB takes', measured: peak - idle, unit: 'MB', aim: { atMost: 100 } });
}

await bench('Benchmarks of hosts', (say) =>
  withPlatform(say, options, async (platform) => {
    say.fact('hosts, rounds, connections', `${options.hosts}, ${options.rounds}, ${options.connections}`);
    await measureRate(say, platform);
    await measureMemory(say, platform);
  }),
);
