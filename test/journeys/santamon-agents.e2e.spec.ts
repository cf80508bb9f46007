import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess } from './support/platform-process.js';
import { SantamonShipper, type ShippedSignal } from './support/santamon-shipper.js';
import { waitUntil } from './support/wait-until.js';

const fixtures = 'test/fixtures/signals';
const signals = linesOf('santamon-signals.jsonl.gz');
const heartbeats = linesOf('santamon-heartbeats.jsonl.gz');
const expected = JSON.parse(fixtureOf(`${fixtures}/santamon-expected.json`).toString()) as Expected;
const sharedKey = 'one-key-of-an-old-set-up';
const minutesMs = 60_000;
/** What would stay in an agent's queue for ever. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500;

interface Expected {
  readonly total: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
  readonly by_rule: Record<string, number>;
}

interface Stats {
  readonly total_signals: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
  readonly top_rules: readonly { readonly rule_id: string; readonly count: number }[];
}

function linesOf(name: string): string[] {
  return fixtureOf(`${fixtures}/${name}`).toString().trim().split('\n');
}

/** Two gateways, and every other service once. */
describe('a fleet of Santamon’s agents', () => {
  const platform = new PlatformProcess('split', {
    env: { FEEDS_SEED: 'false', SANTAMON_API_KEY: sharedKey },
    args: ['--only', 'ingest-gateway,case-engine,compliance', '--replicas', 'ingest-gateway=2'],
  });
  let admin: Api;
  let gateways: string[];

  beforeAll(async () => {
    await platform.start();
    admin = new Api(platform, platform.adminKey);
    const next = new URL(platform.url);
    next.port = String(Number(next.port) + 1);
    gateways = [platform.url, next.origin];
  }, 4 * minutesMs);
  afterAll(() => platform.remove());

  it(
    'delivers every signal, once, whatever dies meanwhile',
    async () => {
      const agents = [0, 1, 2, 3].map((part) => anAgent(signals.filter((_, index) => index % 4 === part)));
      const sending = Promise.all(agents.map((agent) => agent.drain(3 * minutesMs)));
      const killed: string[] = [];
      for (const name of ['ingest-gateway', 'case-engine', 'nats', 'ingest-gateway-2', 'postgres']) {
        await sleep(300);
        if (platform.kill(name)) killed.push(name);
      }
      await sending;
      expect(killed.length).toBeGreaterThan(3);
      expect(agents.flatMap(({ statuses }) => [...statuses.keys()]).filter(isRefusal)).toEqual([]);

      const again = anAgent(signals);
      await again.drain(3 * minutesMs);
      await waitUntil('all are counted', async () => (await stats())?.total_signals === expected.total, 2 * minutesMs);
      const { by_severity, by_host, top_rules } = (await stats())!;
      expect(by_severity).toEqual(expected.by_severity);
      expect(by_host).toEqual(expected.by_host);
      for (const { rule_id: rule, count } of top_rules) expect([rule, count]).toEqual([rule, expected.by_rule[rule]]);
      const letters = await admin.get<{ items: unknown[] }>('/api/v1/dead-letters');
      expect(letters.body.items).toEqual([]);
    },
    8 * minutesMs,
  );

  it(
    'shows each of its agents with its newest heartbeat',
    async () => {
      for (const beat of heartbeats.slice(0, 120)) {
        bodyOf(await new Api(platform, sharedKey).post('/agents/heartbeat', beat), 200);
      }
      const newest = new Map(
        heartbeats.slice(0, 120).map((line) => {
          const beat = JSON.parse(line) as { agent_id: string; timestamp: string };
          return [beat.agent_id, beat.timestamp] as const;
        }),
      );
      await waitUntil('they are shown', async () => {
        const shown = await agents();
        return [...newest].every(([id, timestamp]) => shown.get(id) === timestamp);
      });
      expect([...(await agents()).keys()].toSorted()).toEqual([...newest.keys()].toSorted());
    },
    2 * minutesMs,
  );

  /** An agent with these in its queue, which comes to the gateways in turns, as through a load balancer. */
  function anAgent(lines: readonly string[]): SantamonShipper {
    let turn = 0;
    const endpoint = (): string => `${gateways[(turn += 1) % gateways.length]}/ingest`;
    const agent = new SantamonShipper({ endpoint, apiKey: sharedKey, pace: 0.05 });
    agent.enqueue(...lines.map((line) => JSON.parse(line) as ShippedSignal));
    return agent;
  }

  /** Agents with the time of their newest heartbeat. */
  async function agents(): Promise<Map<string, string>> {
    const { status, body } = await admin.get<{ heartbeats: { agent_id: string; timestamp: string }[] }>('/agents');
    return new Map(status === 200 ? body.heartbeats.map(({ agent_id, timestamp }) => [agent_id, timestamp]) : []);
  }

  async function stats(): Promise<Stats | null> {
    const { status, body } = await admin.get<Stats>('/stats').catch(() => ({ status: 0, body: null }));
    return status === 200 ? body : null;
  }
});
