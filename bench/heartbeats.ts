/**
 * Promise: heartbeats of 10,000 hosts every 30 s cost under 20 % of one core, gateway, bus, compliance and database
 * together. What the same platform costs while nothing comes is measured before and taken off.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, demand, type Reporter } from './support/bench.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds, shares } from './support/processor-time.js';
import { RawClient } from './support/raw-client.js';

const options = optionsOf({
  hosts: 10_000,
  everySeconds: 30,
  idleSeconds: 30,
  seconds: 90,
  connections: 8,
  rows: 2_000,
});

const aimPercent = 20;

interface Agents {
  readonly heartbeats: readonly { readonly agent_id: string; readonly version: string }[];
  readonly next_cursor: string | null;
}

const idOf = (host: number): string => `mac-${String(host).padStart(5, '0')}.bench.example`;

function beat(host: number, uptimeSeconds: number): string {
  return JSON.stringify({
    agent_id: idOf(host),
    timestamp: new Date().toISOString(),
    version: 'v0.3.1',
    os_version: '15.3.2',
    uptime_seconds: uptimeSeconds,
  });
}

/** Beats evenly spread, as those of a fleet are, for so long. Gives how many were sent. */
async function fleet(client: RawClient, seconds: number): Promise<number> {
  const perSecond = options.hosts / options.everySeconds;
  const begun = performance.now();
  const answers: Promise<void>[] = [];
  let sent = 0;
  for (;;) {
    const elapsed = (performance.now() - begun) / 1_000;
    if (elapsed >= seconds) break;
    while (sent < elapsed * perSecond) {
      const answer = client.post('/agents/heartbeat', beat(sent % options.hosts, Math.floor(elapsed)));
      answers.push(answer.then(({ status, body }) => demand(status === 200, 'a heartbeat is taken', body)));
      sent += 1;
    }
    await sleep(20);
  }
  await Promise.all(answers);
  return sent;
}

/** What everything that the platform runs used while `work` went on. */
interface Cost {
  readonly processorSeconds: number;
  readonly seconds: number;
}

async function costOf(
  platform: MeasuredPlatform,
  report: Reporter,
  what: string,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const pids = platform.pids();
  const transactions = await platform.transactions();
  const before = processorSeconds(pids);
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const after = processorSeconds(pids);
  report.fact(what, `${shares(before, after, seconds)} of a core`);
  const perSecond = ((await platform.transactions()) - transactions) / seconds;
  report.fact(`${what}, transactions per second`, perSecond.toFixed(0));
  const sum = (used: ReadonlyMap<string, number>): number => [...used.values()].reduce((all, one) => all + one, 0);
  return { processorSeconds: sum(after) - sum(before), seconds };
}

/** Waits until what the first heartbeats caused is done: each host that is new is told to everybody. */
async function quiet(platform: MeasuredPlatform): Promise<void> {
  for (let calm = 0; calm < 3;) {
    const before = await platform.transactions();
    await sleep(2_000);
    calm = (await platform.transactions()) - before < 200 ? calm + 1 : 0;
  }
}

/** Every host is there once, whatever the page. */
async function check(client: HttpClient, hosts: number): Promise<void> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = `?limit=${options.rows}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: Agents = await client.read(`/agents${query}`);
    for (const { agent_id, version } of page.heartbeats) {
      demand(version === 'v0.3.1', 'each has the version that it said', version);
      seen.add(agent_id);
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  demand(seen.size === hosts, `${hosts} agents are listed`, seen.size);
}

await bench('Heartbeats of 10,000 hosts', (report) =>
  withPlatform(report, options, async (platform) => {
    const http = platform.client(1);
    const sender = new RawClient(platform.process.url, platform.process.adminKey, options.connections);
    try {
      report.say('the hosts become known');
      const known = await fleet(sender, options.everySeconds + 2);
      await quiet(platform);
      await check(http, Math.min(known, options.hosts));
      const idle = await costOf(platform, report, 'while nothing comes', () => sleep(options.idleSeconds * 1_000));
      let sent = 0;
      const busy = await costOf(platform, report, 'while heartbeats come', async () => {
        sent = await fleet(sender, options.seconds);
        await sleep(3_000);
      });
      await check(http, options.hosts);
      report.fact('heartbeats', `${sent}, ${(sent / options.seconds).toFixed(0)} per second`);
      // Per heartbeat, so that a machine that others use meanwhile, and that takes longer for all of them, says the same.
      const forBeats = busy.processorSeconds - (idle.processorSeconds / idle.seconds) * busy.seconds;
      report.fact('processor time per heartbeat', `${((forBeats / sent) * 1_000).toFixed(2)} ms`);
      const measured = (forBeats / sent) * (options.hosts / options.everySeconds) * 100;
      report.promise({
        what: 'processor time for heartbeats',
        measured,
        unit: '% of a core',
        aim: { atMost: aimPercent },
      });
    } finally {
      sender.close();
    }
  }),
);
