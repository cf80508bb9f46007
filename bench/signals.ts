/**
 * Promise: 5,000 signals a second from 64 connections, one per request as agents send them, while every consumer keeps up, at
 * a p99 under 50 ms; 8,000 a second for 30 s, drained within 60 s; in batches 40,000 accepted and 10,000 indexed a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { bench, demand, type Reporter } from './support/bench.js';
import { rounded, spreadOf } from './support/figures.js';
import type { HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { type MeasuredPlatform, withPlatform } from './support/platform.js';
import { processorSeconds, shares } from './support/processor-time.js';
import { RawClient } from './support/raw-client.js';
import { SignalSource } from './support/signals.js';

const options = optionsOf({
  connections: 64,
  rounds: 3,
  seconds: 10,
  rate: 5_000,
  burst: 8_000,
  burstSeconds: 30,
  batchSignals: 5_000,
  batchConnections: 4,
  drainSeconds: 300,
  phases: 'single,steady,burst,batch',
});
const phases = new Set(options.phases.split(','));

const source = new SignalSource(500);

interface Stats {
  readonly total_signals: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
}

interface Scene {
  readonly say: Reporter;
  readonly platform: MeasuredPlatform;
  readonly agents: RawClient;
  readonly reader: HttpClient;
}

async function send(agents: RawClient): Promise<void> {
  const { id, json } = source.signal();
  const { status, body } = await agents.post('/ingest', json);
  demand(status === 200, `status ${status}`, body);
  const answer = JSON.parse(body) as { signal_id: string; duplicate: boolean };
  demand(answer.signal_id === id && !answer.duplicate, 'another signal was answered', answer);
}

/** Every connection sends its next signal when the last is answered. Gives what each took, in milliseconds. */
async function asFastAsTaken(agents: RawClient, seconds: number): Promise<number[]> {
  const tookMs: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const connection = async (): Promise<void> => {
    while (performance.now() < until) {
      const begun = performance.now();
      await send(agents);
      tookMs.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: agents.count }, connection));
  return tookMs;
}

/** Signals come when they come. What each took counts from when it was due, waiting for a connection included. */
async function atRate(agents: RawClient, perSecond: number, seconds: number): Promise<number[]> {
  const tookMs: number[] = [];
  const begun = performance.now();
  const all = perSecond * seconds;
  const running = new Set<Promise<void>>();
  for (let sent = 0; sent < all;) {
    const due = Math.min(all, Math.floor(((performance.now() - begun) / 1_000) * perSecond));
    for (; sent < due; sent += 1) {
      const dueAt = begun + (sent / perSecond) * 1_000;
      const one = send(agents).then(() => void tookMs.push(performance.now() - dueAt));
      running.add(one);
      void one.finally(() => running.delete(one)).catch(() => undefined);
    }
    await sleep(1);
  }
  await Promise.all(running);
  return tookMs;
}

async function indexed(reader: HttpClient): Promise<number> {
  return (await reader.read<Stats>('/stats')).total_signals;
}

/** Seconds until everything that was made is indexed. */
async function drained({ reader }: Scene): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const waiting = source.made - (await indexed(reader));
    const seconds = (performance.now() - begun) / 1_000;
    if (waiting === 0) return seconds;
    demand(seconds < options.drainSeconds, `${waiting} signals are not indexed after ${rounded(seconds)} s`);
    await sleep(50);
  }
}

/** Runs a phase and says how fast it was, what it cost, and what waited at its end. Gives its rate and that until the last. */
async function measured(
  scene: Scene,
  run: () => Promise<number[]>,
): Promise<{ perSecond: number; indexedPerSecond: number; drainSeconds: number; p99: number }> {
  const { say, platform, reader } = scene;
  const pids = new Map([...platform.pids(), ['this sender', process.pid]]);
  const [before, madeBefore, begun] = [processorSeconds(pids), source.made, performance.now()];
  const watched = { isOn: true, waiting: 0 };
  const watch = (async () => {
    while (watched.isOn) {
      watched.waiting = Math.max(watched.waiting, source.made - (await indexed(reader)));
      await sleep(500);
    }
  })();
  const tookMs = await run();
  watched.isOn = false;
  const seconds = (performance.now() - begun) / 1_000;
  await watch;
  const waiting = source.made - (await indexed(reader));
  const drainSeconds = await drained(scene);
  const all = (performance.now() - begun) / 1_000;
  const after = processorSeconds(pids);
  const made = source.made - madeBefore;
  const spread = spreadOf(tookMs);
  const each = [...after].map(
    ([name, used]) => `${name} ${rounded((1e6 * (used - (before.get(name) ?? 0))) / made)} µs`,
  );
  say.fact('  accepted', `${rounded(made / seconds)} per second (${made} in ${rounded(seconds)} s)`);
  say.spread('  answered in', spread);
  say.fact('  not indexed yet: at most, at the end', `${watched.waiting}, ${waiting}`);
  say.fact('  drained after', `${rounded(drainSeconds)} s; ${rounded(made / all)} per second until the last`);
  say.fact('  processor time for each signal', each.join(', '));
  say.fact('  shares of a core', shares(before, after, all));
  return { perSecond: made / seconds, indexedPerSecond: made / all, drainSeconds, p99: spread.p99 };
}

/** One batch of signals, each in a line. */
async function sendBatch(agents: RawClient): Promise<void> {
  const now = new Date().toISOString();
  const lines = Array.from({ length: options.batchSignals }, () => source.signal(now).json);
  const { status, body } = await agents.post('/api/v1/signals', Buffer.from(lines.join('\n')), 'application/x-ndjson');
  demand(status === 200, `status ${status}`, body);
  const { accepted } = JSON.parse(body) as { accepted: number };
  demand(accepted === options.batchSignals, `${accepted} of ${options.batchSignals} accepted`, body);
}

async function inBatches(agents: RawClient, seconds: number): Promise<number[]> {
  const tookMs: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const connection = async (): Promise<void> => {
    while (performance.now() < until) {
      const begun = performance.now();
      await sendBatch(agents);
      tookMs.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: options.batchConnections }, connection));
  return tookMs;
}

/** Everything that was answered is there once, under its severity and its host. */
async function demandAllThere({ reader, say }: Scene): Promise<void> {
  const { total_signals, by_severity, by_host } = await reader.read<Stats>('/stats');
  demand(total_signals === source.made, `${total_signals} signals are there of ${source.made}`);
  for (const [severity, count] of Object.entries(source.bySeverity)) {
    demand(by_severity[severity] === count, `${by_severity[severity]} ${severity} are there of ${count}`);
  }
  for (const [host, count] of Object.entries(source.byHost)) {
    demand(by_host[host] === count, `${by_host[host]} of ${host} are there of ${count}`);
  }
  const { items } = await reader.read<{ items: unknown[] }>('/api/v1/dead-letters');
  demand(items.length === 0, 'there are dead letters', items);
  say.fact('signals in the end', `${total_signals}, each once`);
}

await bench('Signals: accepted and indexed side by side', (say) =>
  withPlatform(say, options, async (platform) => {
    const reader = platform.client(1);
    const agents = new RawClient(platform.process.url, platform.process.adminKey, options.connections);
    const scene: Scene = { say, platform, agents, reader };
    say.fact('connections', options.connections);
    say.say('\nwarming up');
    await asFastAsTaken(agents, 5);
    await drained(scene);

    for (let round = 1; phases.has('single') && round <= options.rounds; round += 1) {
      say.say(`\none signal a request, as fast as they are taken, ${options.seconds} s, round ${round}`);
      const { perSecond } = await measured(scene, () => asFastAsTaken(agents, options.seconds));
      const what = `signals a second, ${options.connections} connections, round ${round}`;
      say.promise({ what, measured: perSecond, unit: 'accepted', aim: { atLeast: 5_000 } });
    }
    if (phases.has('steady')) {
      say.say(`\none signal a request, ${options.rate} per second, ${options.seconds} s`);
      const { p99, drainSeconds } = await measured(scene, () => atRate(agents, options.rate, options.seconds));
      say.promise({ what: `p99 at ${options.rate} a second`, measured: p99, unit: 'ms', aim: { atMost: 50 } });
      say.promise({ what: 'and the rest indexed after', measured: drainSeconds, unit: 's', aim: { atMost: 1 } });
    }
    if (phases.has('burst')) {
      say.say(`\none signal a request, ${options.burst} per second, ${options.burstSeconds} s`);
      const { drainSeconds } = await measured(scene, () => atRate(agents, options.burst, options.burstSeconds));
      const what = `${options.burst} a second for ${options.burstSeconds} s drained after`;
      say.promise({ what, measured: drainSeconds, unit: 's', aim: { atMost: 60 } });
    }
    for (let round = 1; phases.has('batch') && round <= options.rounds; round += 1) {
      say.say(`\nbatches of ${options.batchSignals}, ${options.batchConnections} connections, round ${round}`);
      const rates = await measured(scene, () => inBatches(agents, options.seconds));
      const batch = `in batches, round ${round}`;
      say.promise({ what: `${batch}, accepted`, measured: rates.perSecond, unit: '/s', aim: { atLeast: 40_000 } });
      say.promise({
        what: `${batch}, indexed`,
        measured: rates.indexedPerSecond,
        unit: '/s',
        aim: { atLeast: 10_000 },
      });
    }
    await demandAllThere(scene);
    agents.close();
  }),
);
