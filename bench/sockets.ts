/**
 * Promise: 2,000 idle sockets of agents cost one gateway less than 200 MB. The agents are a process of their own; the
 * gateway is one too, so that its memory is its own. Every socket must be let in, pinged, and still be there at the end.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../test/journeys/support/wait-until.js';
import { bench, demand, type Reporter } from './support/bench.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { administrator, type MeasuredPlatform, withPlatform } from './support/platform.js';

const given = optionsOf({ sockets: 2_000, settleSeconds: 15, idleSeconds: 40 });
const options = { ...given, split: true, only: given.only ?? 'ingest-gateway,compliance' };

const megabyte = 1_000_000;
const enrollingAtOnce = 16;
/** Connecting is not what is measured here, and on a busy machine it takes its time. */
const connectingWithinMs = 240_000;

interface Counts {
  readonly open: number;
  readonly connected: number;
  readonly pinged: number;
  readonly failed: number;
}

/** The process with the agents. */
class IdleAgents {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;

  constructor(gatewayUrl: string) {
    const url = `${gatewayUrl.replace(/^http/, 'ws')}/api/v1/agents/ws`;
    this.child = spawn(process.execPath, ['bench/support/idle-agents.ts', url]);
    this.child.stderr.pipe(process.stderr);
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  connect(pairs: readonly string[]): void {
    this.child.stdin.write(`${pairs.join('\n')}\n`);
  }

  async counts(): Promise<Counts> {
    this.child.stdin.write('count\n');
    const { value } = await this.answers.next();
    return JSON.parse(String(value)) as Counts;
  }

  end(): void {
    this.child.kill();
  }
}

/** Resident memory in MB, and processor time in seconds (proc(5): VmRSS; utime and stime in hundredths). */
function gatewayUses(pid: number): { readonly megabytes: number; readonly seconds: number } {
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return { megabytes: (kibibytes * 1024) / megabyte, seconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}

async function enrolled(client: HttpClient): Promise<string[]> {
  const pairs: string[] = [];
  let number = 0;
  const enrol = async (): Promise<void> => {
    while (number < options.sockets) {
      number += 1;
      const body = Buffer.from(JSON.stringify({ hostname: `bench-${number}` }));
      const answer = await client.post('/api/v1/hosts', body);
      demand(answer.status === 201, `enrolment answers ${answer.status}`, answer.body.toString());
      const { apiId, apiKey } = JSON.parse(answer.body.toString()) as Record<string, string>;
      pairs.push(`${apiId} ${apiKey}`);
    }
  };
  await Promise.all(Array.from({ length: enrollingAtOnce }, enrol));
  return pairs;
}

async function measure(say: Reporter, platform: MeasuredPlatform): Promise<void> {
  const pid = platform.pids().get('ingest-gateway');
  demand(pid !== undefined, 'there is no pid file of the gateway');
  await sleep(options.settleSeconds * 1_000);
  const fresh = gatewayUses(pid);
  const pairs = await enrolled(platform.client(enrollingAtOnce));
  await sleep(options.settleSeconds * 1_000);
  const before = gatewayUses(pid);
  say.fact(
    'gateway',
    `${fresh.megabytes.toFixed(0)} MB idle, ${before.megabytes.toFixed(0)} MB after ${options.sockets} enrolments`,
  );
  // What the enrolments left behind for the collector is not what sockets may hide in.
  const baseline = Math.min(fresh.megabytes, before.megabytes);

  const agents = new IdleAgents(platform.process.url);
  try {
    const begun = performance.now();
    agents.connect(pairs);
    const counted = async (): Promise<Counts | false> => {
      const counts = await agents.counts();
      return counts.connected + counts.failed >= options.sockets && counts;
    };
    const all = await waitUntil('all are connected', counted, connectingWithinMs);
    const seconds = (performance.now() - begun) / 1_000;
    demand(all.open === options.sockets && all.failed === 0, 'a socket was refused', all);
    say.fact('connected', `${options.sockets} in ${seconds.toFixed(1)} s`);
    await sleep(options.settleSeconds * 1_000);
    const idle = gatewayUses(pid);
    await sleep(options.idleSeconds * 1_000);
    const after = gatewayUses(pid);
    const held = await agents.counts();
    demand(held.open === options.sockets && held.pinged === options.sockets, 'a socket was lost or not pinged', held);
    await demandRecorded(platform);
    const share = ((after.seconds - idle.seconds) / options.idleSeconds) * 100;
    say.fact('gateway with them, idle', `${after.megabytes.toFixed(0)} MB, ${share.toFixed(1)} % of a core`);
    say.promise({
      what: `memory of ${options.sockets} idle sockets`,
      measured: Math.max(1, after.megabytes - baseline),
      unit: 'MB',
      aim: { atMost: 200 },
    });
  } finally {
    agents.end();
  }
}

/** What the other gateways would know them by. */
async function demandRecorded(platform: MeasuredPlatform): Promise<void> {
  const database = await administrator(platform.process.dataDir);
  try {
    const { rows } = await database.query<{ count: number }>(
      'select count(*)::int as count from ingest_gateway.agent_sockets',
    );
    demand(rows[0]?.count === options.sockets, 'not every socket is recorded', rows);
  } finally {
    await database.end();
  }
}

await bench('Idle sockets of agents at one gateway', (say) =>
  withPlatform(say, options, (platform) => measure(say, platform)),
);
