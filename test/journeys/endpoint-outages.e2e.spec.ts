import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { randomFrom } from './support/nothing-lost.js';
import { PatchMonAgent } from './support/patchmon-agent.js';
import type { SentScan } from './support/patchmon-scans.js';
import { PlatformProcess } from './support/platform-process.js';
import { SantamonShipper, type ShippedSignal } from './support/santamon-shipper.js';
import { waitUntil } from './support/wait-until.js';

const gateways = 2;
const minutesMs = 60_000;
/** No more kills after this, however slow the machine is. */
const chaosMs = minutesMs;
/** A frame that nobody answered is written again after a minute, and one who was told to stop is waited for 150 s. */
const settledWithinMs = 5 * minutesMs;
/** Who has not ended by then has an agent that could neither upload nor say so: the operator ends it. */
const patienceMs = 20_000;
const betweenKillsMs = 8_000;
const agentPace = 0.5;
const shipperPace = 0.1;

interface Enrolled {
  readonly id: string;
  readonly apiId: string;
  readonly apiKey: string;
}

interface Command {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly scanIds: readonly string[];
  readonly error: string | null;
}

interface ScanRow {
  readonly id: string;
  readonly host_id: string;
  readonly status: string;
  readonly started_at: string;
}

interface SignalPage {
  readonly signals: readonly { readonly signal_id: string; readonly host_id: string }[];
  readonly next_cursor: string | null;
}

/** An installation of several processes with two hosts of each kind, and everything that its promises speak of. */
class Fleet {
  readonly platform = new PlatformProcess('split', {
    args: ['--replicas', `ingest-gateway=${gateways},compliance=2`],
    env: { FEEDS_SEED: 'false', SANTAMON_API_KEY: 'a-shared-key-of-old-times' },
  });
  readonly agents = new Map<string, PatchMonAgent>();
  readonly shippers: SantamonShipper[] = [];
  readonly sent: ShippedSignal[] = [];
  /** Ids of commands that a trigger was answered with. */
  readonly triggered = new Set<string>();
  private turn = 0;

  /** The next gateway, as a load balancer would choose it without looking. */
  nextUrl(): string {
    const url = new URL(this.platform.url);
    url.port = String(Number(url.port) + ((this.turn += 1) % gateways));
    return url.origin;
  }

  get admin(): Api {
    return new Api({ url: this.nextUrl() }, this.platform.adminKey);
  }

  async start(): Promise<void> {
    await this.platform.start();
    const url = (): string => this.nextUrl();
    for (const hostname of ['web-01', 'web-02']) {
      const host = bodyOf(await this.admin.post<Enrolled>('/api/v1/hosts', { hostname }), 201);
      const agent = new PatchMonAgent({ url, ...host, hostname, pace: agentPace, phaseMs: 300 }).start();
      this.agents.set(host.id, agent);
      this.shippers.push(
        new SantamonShipper({
          endpoint: () => `${this.nextUrl()}/ingest`,
          apiKey: 'a-shared-key-of-old-times',
          pace: shipperPace,
        }),
      );
    }
    await this.allConnected();
  }

  async allConnected(): Promise<void> {
    await waitUntil('the agents are connected', async () => [...this.agents.values()].every((a) => a.isConnected));
  }

  async remove(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.stop()));
    await this.platform.remove();
  }

  /** Signals of both Macs without a pause until it is over; they stay in the queues until they are taken. */
  async shipUntil(over: AbortSignal): Promise<void> {
    const fill = async (): Promise<void> => {
      while (!over.aborted) {
        this.shippers.forEach((shipper, mac) => {
          const signal = aSignal(`mac-${mac}`, this.sent.length);
          this.sent.push(signal);
          shipper.enqueue(signal);
        });
        await sleep(60);
      }
    };
    const ship = async (shipper: SantamonShipper): Promise<void> => {
      while (!over.aborted) {
        await shipper.flush();
        await sleep(100);
      }
    };
    await Promise.all([fill(), ...this.shippers.map(ship)]);
  }

  /** As an operator does who wants a scan now, again and again. */
  async triggerUntil(over: AbortSignal): Promise<void> {
    const triggering = async (hostId: string): Promise<void> => {
      while (!over.aborted) {
        await this.trigger(hostId).catch(() => undefined);
        await sleep(1_000);
      }
    };
    await Promise.all([...this.agents.keys()].map(triggering));
  }

  /** True if it was answered that the scan is queued. */
  async trigger(hostId: string): Promise<boolean> {
    const { status, body } = await this.admin.post<{ commands: { id: string }[] }>(
      `/api/v1/compliance/trigger/${hostId}`,
      { profile_type: 'openscap', profile_id: 'level1_server' },
    );
    if (status !== 200) return false;
    for (const { id } of body.commands) this.triggered.add(id);
    return true;
  }

  /** Kills each of these in an order and at moments that the seed gives. Gives those that were killed. */
  async killEach(names: readonly string[], seed: number): Promise<string[]> {
    const random = randomFrom(seed);
    const order = names
      .map((name) => ({ name, rank: random() }))
      .toSorted((one, other) => one.rank - other.rank)
      .map(({ name }) => name);
    const until = Date.now() + chaosMs;
    const killed: string[] = [];
    for (const name of order) {
      await sleep(random() * Math.min(betweenKillsMs, Math.max(0, until - Date.now()) / order.length));
      await waitUntil(`${name} runs`, async () => this.platform.kill(name));
      killed.push(name);
    }
    return killed;
  }

  async commands(): Promise<Command[]> {
    const { items } = bodyOf(await this.admin.get<{ items: Command[] }>('/api/v1/compliance/commands?limit=500'), 200);
    return items.filter(({ kind }) => kind === 'scan');
  }

  async scans(): Promise<ScanRow[]> {
    const reply = await this.admin.get<{ scans: ScanRow[] }>('/api/v1/compliance/scans/history?limit=100');
    return bodyOf(reply, 200).scans.slice();
  }

  async signalIds(): Promise<string[]> {
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = bodyOf(await this.admin.get<SignalPage>(`/signals?status=all&limit=1000${cursor}`), 200);
      ids.push(...page.signals.map(({ signal_id }) => signal_id));
      cursor = page.next_cursor === null ? '' : `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor !== '');
    return ids;
  }

  /** Scans for which an agent was answered 200, and those for which it was not. */
  uploads(): { accepted: string[]; refused: number } {
    const calls = [...this.agents].flatMap(([hostId, agent]) =>
      agent.callsOf('/compliance/scans').map((call) => ({ ...call, hostId })),
    );
    const accepted = calls
      .filter(({ status }) => status === 200)
      .flatMap(({ hostId, body }) => (body as { scans: SentScan[] }).scans.map((scan) => markOf(hostId, scan)));
    return { accepted, refused: calls.filter(({ status }) => status !== 200).length };
  }
}

/** What tells a scan from all others (`wire/patchmon.md` §3.5); all of these are of one profile. */
const markOf = (hostId: string, scan: Pick<SentScan, 'started_at'>): string =>
  `${hostId} ${new Date(scan.started_at).toISOString()}`;

const aSignal = (host: string, number: number): ShippedSignal => ({
  signal_id: `${host}-${number}`,
  ts: new Date().toISOString(),
  host_id: host,
  rule_id: `OUT-${number % 5}`,
  status: 'open',
  severity: 'high',
  title: 'Seen during an outage',
  tags: null,
  context: { number },
});

describe('agents on hosts', () => {
  let fleet: Fleet | undefined;
  afterEach(() => fleet?.remove());

  it.each([5])(
    'lose nothing and get nothing twice, whatever is killed while they speak (seed %i)',
    async (seed) => {
      fleet = new Fleet();
      await fleet.start();
      for (const id of fleet.agents.keys())
        await waitUntil('compliance knows the host', async () => fleet!.trigger(id));
      const over = new AbortController();
      const working = Promise.all([fleet.shipUntil(over.signal), fleet.triggerUntil(over.signal)]);
      const names = [
        'ingest-gateway',
        'ingest-gateway-2',
        'compliance',
        'compliance-2',
        'case-engine',
        'nats',
        'postgres',
      ];
      const killed = await fleet.killEach(names, seed);
      over.abort();
      await working;
      expect(new Set(killed)).toEqual(new Set(names));
      await fleet.platform.ready();
      for (const shipper of fleet.shippers) await shipper.drain(settledWithinMs);

      const commands = await everyCommandEnds(fleet);
      await theSignalsAreThereOnce(fleet);
      await theScansAreThereOnce(fleet, commands);
      await theAgentsAreBack(fleet);
    },
    10 * minutesMs,
  );
});

async function everyCommandEnds(fleet: Fleet): Promise<readonly Command[]> {
  const haveEnded = async (): Promise<Command[] | false> => {
    const all = await fleet.commands();
    return all.every(({ status }) => /^(completed|failed|cancelled)$/.test(status)) && all;
  };
  const calm = await waitUntil('every command has ended by itself', haveEnded, patienceMs, 1_000).catch(() => null);
  if (calm !== null) return calm;
  for (const { id, status } of await fleet.commands())
    if (status === 'running') await fleet.admin.post(`/api/v1/compliance/commands/${id}/cancel`);
  return waitUntil('every command has ended', haveEnded, settledWithinMs, 1_000);
}

async function theSignalsAreThereOnce(fleet: Fleet): Promise<void> {
  const wanted = fleet.sent.map(({ signal_id }) => signal_id).toSorted();
  expect(fleet.shippers.flatMap(({ taken }) => [...taken.keys()]).toSorted()).toEqual(wanted);
  expect(wanted.length).toBeGreaterThan(100);
  await waitUntil(
    'every signal is listed',
    async () => (await fleet.signalIds()).length >= wanted.length,
    settledWithinMs,
    1_000,
  );
  expect((await fleet.signalIds()).toSorted()).toEqual(wanted);
  await waitUntil('every signal is counted', async () => {
    const { total_signals: total } = bodyOf(await fleet.admin.get<{ total_signals: number }>('/stats'), 200);
    return total === wanted.length;
  });
}

async function theScansAreThereOnce(fleet: Fleet, commands: readonly Command[]): Promise<void> {
  const known = new Set(commands.map(({ id }) => id));
  expect([...fleet.triggered].filter((id) => !known.has(id))).toEqual([]);
  expect(commands.length).toBeGreaterThan(fleet.agents.size);
  const { accepted, refused } = fleet.uploads();
  const scans = await waitUntil(
    'every accepted scan is recorded',
    async () => {
      const all = await fleet.scans();
      return all.filter(({ status }) => status === 'completed').length >= accepted.length && all;
    },
    settledWithinMs,
    1_000,
  );
  const completed = scans.filter(({ status }) => status === 'completed');
  // A scan whose answer was lost on its way is there too: the agent was not told 200, and the platform has it once.
  const recorded = completed.map((scan) => markOf(scan.host_id, scan));
  expect(new Set(recorded).size).toBe(recorded.length);
  expect(accepted.filter((mark) => !recorded.includes(mark))).toEqual([]);
  expect(recorded.length - accepted.length).toBeLessThanOrEqual(refused);
  expect(scans.filter(({ status }) => status === 'running')).toEqual([]);
  // Each command that is done has the one record of its run; others are those whose upload nobody took.
  const ofCommands = commands.flatMap(({ scanIds }) => scanIds);
  expect(new Set(ofCommands).size).toBe(ofCommands.length);
  const done = commands.filter(({ status }) => status === 'completed');
  expect(done.filter(({ scanIds }) => scanIds.length !== 1)).toEqual([]);
  expect(commands.length - done.length).toBeLessThanOrEqual(refused);
  const shown = bodyOf(await fleet.admin.get<{ count: number }>('/api/v1/compliance/scans/active'), 200);
  expect(shown.count).toBe(0);
}

async function theAgentsAreBack(fleet: Fleet): Promise<void> {
  await fleet.allConnected();
  for (const [hostId, agent] of fleet.agents) {
    const before = agent.callsOf('/compliance/scans').length;
    await waitUntil('it can be triggered', () => fleet.trigger(hostId));
    await waitUntil('it scans', async () => agent.callsOf('/compliance/scans').length > before, 2 * minutesMs);
  }
}
