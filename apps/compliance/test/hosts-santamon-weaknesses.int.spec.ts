import { heartbeatsReceivedV1, hostSilentV1, signalsReceivedV1, type ReceivedSignal } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, HostsInstallation } from './hosts-installation.js';

let installation: HostsInstallation;
beforeAll(async () => {
  installation = await HostsInstallation.start({ HOST_SILENT_AFTER_MINUTES: '1' });
});
afterAll(() => installation.stop());

let tenants = 0;
const aTenant = (): string => `santamon-${(tenants += 1)}`;
const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

interface Beat {
  readonly agent_id: string;
  readonly received_at: string;
  readonly online: boolean;
}
interface Agents {
  readonly count: number;
  readonly heartbeats: readonly Beat[];
  readonly offline?: readonly Beat[];
  readonly next_cursor: string | null;
  readonly detail?: unknown;
}
const agents = (tenant: string, query = '', prefix = '') =>
  installation.ask<Agents>(anAdmin(tenant, { role: 'viewer' }), 'GET', `${prefix}/agents${query}`);

describe('GET /agents', () => {
  it('answers as the page says', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, {
      id: 'mac-1',
      timestamp: '2031-05-06T07:08:09.123456789+02:00',
      uptimeSeconds: 12.5,
    });
    await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    for (const prefix of ['', '/santamon']) {
      const { status, body } = await agents(tenant, '', prefix);
      expect(status).toBe(200);
      expect(body).toMatchObject({ count: 1, next_cursor: null, offline: [] });
      expect(body.heartbeats[0]).toEqual({
        agent_id: 'mac-1',
        timestamp: '2031-05-06T07:08:09.123456789+02:00',
        version: '1.2.0',
        os_version: '15.1',
        uptime_seconds: 12.5,
        received_at: expect.stringMatching(/Z$/),
        last_seen_at: body.heartbeats[0]!.received_at,
        online: true,
      });
    }
  });

  it('refuses what makes no sense as FastAPI does', async () => {
    const tenant = aTenant();
    for (const query of ['?limit=0', '?limit=2001', '?limit=x', '?since=yesterday']) {
      const { status, body } = await agents(tenant, query);
      expect([status, body.detail]).toMatchObject([422, [{ loc: ['query', query.slice(1).split('=')[0]] }]]);
    }
  });

  it('`/agents` applies `limit` before keeping the newest row per agent: with 30 s beats about ten hosts fill 200 rows and the rest vanish', async () => {
    const tenant = aTenant();
    const count = 2_100;
    const rounds = [ago(30), ago(10)] as const;
    for (const receivedAt of rounds) {
      for (let from = 0; from < count; from += 150) {
        await installation.say(tenant, heartbeatsReceivedV1, {
          heartbeats: Array.from({ length: Math.min(150, count - from) }, (_, n) => ({
            dialect: 'santamon' as const,
            id: `mac-${from + n}`,
            timestamp: ago(0),
            receivedAt,
            version: '1',
            osVersion: '15',
            uptimeSeconds: 1,
            connected: false,
          })),
        });
      }
    }
    await eventually('all are there', async () => {
      const [row] = await installation.rows<{ n: number }>(
        'select count(*)::int as n from host_ids where tenant = $1 and received_at = $2',
        [tenant, rounds[1]],
      );
      return row!.n === count;
    });
    const usual = (await agents(tenant)).body;
    expect([usual.count, new Set(usual.heartbeats.map(({ agent_id }) => agent_id)).size]).toEqual([200, 200]);
    const first = (await agents(tenant, '?limit=2000')).body;
    const rest = (await agents(tenant, `?limit=2000&cursor=${first.next_cursor}`)).body;
    const all = [...first.heartbeats, ...rest.heartbeats];
    expect([first.count, rest.count, rest.next_cursor]).toEqual([2_000, 100, null]);
    expect(new Set(all.map(({ agent_id }) => agent_id)).size).toBe(count);
    const times = all.map(({ received_at }) => received_at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('`/agents` only reaches back ten minutes by default: a dead host disappears instead of showing as offline', async () => {
    const tenant = aTenant();
    await installation.beat(
      tenant,
      { id: 'alive' },
      { id: 'dead', receivedAt: ago(3_600) },
      { id: 'late', receivedAt: ago(300) },
    );
    await installation.hostsBecome(tenant, 'three', (all) => all.length === 3);
    const { body } = await agents(tenant);
    expect(body.heartbeats.map(({ agent_id, online }) => [agent_id, online])).toEqual([
      ['alive', true],
      ['late', false],
    ]);
    expect(body.offline!.map(({ agent_id, online }) => [agent_id, online])).toEqual([['dead', false]]);
    const asked = (await agents(tenant, `?since=${encodeURIComponent(ago(7_200))}`)).body;
    expect(asked.heartbeats.map(({ agent_id }) => agent_id)).toEqual(['alive', 'late', 'dead']);
    expect(asked).not.toHaveProperty('offline');
    expect((await agents(tenant, `?since=${ago(-60)}`)).body.count).toBe(0);
  });

  it('Times are stored without zone mark: browsers read them as local time', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'mac' });
    await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    const { body } = await agents(tenant);
    expect(body.heartbeats[0]!.received_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    // The old server's own form of a time is understood as what it meant: UTC.
    const naive = new Date(Date.now() - 60_000).toISOString().slice(0, -1);
    expect((await agents(tenant, `?since=${naive}`)).body.count).toBe(1);
  });

  it('Reading, status changes, statistics and the page need no credentials: here agents are read by those who may', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'mac-a' }, { id: 'mac-b' });
    await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
    const limited = anAdmin(tenant, { role: 'viewer', scope: { repositories: null, hosts: ['mac-b'] } });
    const { body } = await installation.ask<Agents>(limited, 'GET', '/agents');
    expect(body.heartbeats.map(({ agent_id }) => agent_id)).toEqual(['mac-b']);
    const agent = await installation.ask<Agents>(anAdmin(tenant, { role: 'agent' }), 'GET', '/agents');
    expect(agent).toMatchObject({ status: 403, body: { detail: expect.any(String) } });
    expect((await agents(aTenant())).body.count).toBe(0);
  });
});

describe('heartbeats', () => {
  it('are appended for ever (2 880 rows per host and day) and never pruned: here one row per agent, one more per hour', async () => {
    const tenant = aTenant();
    const start = new Date(Date.now() - 40 * 86_400_000);
    start.setUTCMinutes(0, 0, 0);
    const at = (minutes: number): string => new Date(start.getTime() + minutes * 60_000).toISOString();
    for (const minutes of [1, 2, 3, 61, 62, 121]) {
      await installation.beat(tenant, { id: 'mac', receivedAt: at(minutes), version: `1.${minutes}` });
      await eventually('it is kept', async () => {
        const [row] = await installation.rows<{ at: Date }>(
          'select received_at as at from host_ids where tenant = $1',
          [tenant],
        );
        return row?.at?.toISOString() === at(minutes);
      });
    }
    const rows = await installation.rows<{ beats: number }>(
      'select beats from heartbeat_hours where tenant = $1 order by hour',
      [tenant],
    );
    expect(rows).toEqual([{ beats: 3 }, { beats: 2 }]);
    await installation.forgetHeartbeats(30);
    expect(await installation.rows('select 1 from heartbeat_hours where tenant = $1', [tenant])).toEqual([]);
    // What version it had is known of the newest, however long ago it was said.
    const versions = await installation.rows('select version from agent_versions where tenant = $1', [tenant]);
    expect(versions).toEqual([{ version: '1.121' }]);
  });

  it('change no index, so that 10,000 hosts every 30 s are little to write', async () => {
    const tenant = aTenant();
    const hosts = Array.from({ length: 50 }, (_, n) => ({ id: `mac-${n}` }));
    const updates = async (): Promise<{ all: number; hot: number }> => {
      const [row] = await installation.rows<{ all: number; hot: number }>(
        `select sum(n_tup_upd)::int as all, sum(n_tup_hot_upd)::int as hot from pg_stat_user_tables
          where schemaname = 'compliance' and relname in ('hosts', 'host_ids')`,
      );
      return row!;
    };
    await installation.beat(tenant, ...hosts);
    await installation.hostsBecome(tenant, 'fifty', (all) => all.length === 50);
    const before = await eventually('their rows are written', async () => {
      const now = await updates();
      return now.all >= 100 && now;
    });
    for (let round = 1; round <= 5; round += 1) {
      const receivedAt = ago(-round);
      await installation.beat(tenant, ...hosts.map((host) => ({ ...host, receivedAt })));
      await eventually('the round is kept', async () => {
        const [row] = await installation.rows<{ at: Date }>(
          'select min(last_seen_at) as at from hosts where tenant = $1',
          [tenant],
        );
        return row!.at.toISOString() >= receivedAt;
      });
    }
    const after = await eventually('their updates are counted', async () => {
      const now = await updates();
      return now.all - before.all >= 500 && now;
    });
    // Deadlines of silence move once in minutes, and a full page now and then.
    expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThan(0.8);
  });

  it('that waited while compliance was away make nobody silent who was alive', async () => {
    const tenant = aTenant();
    // Three minutes ago all was well, and known.
    await installation.horizonWas(180);
    await installation.beat(tenant, { id: 'alive', receivedAt: ago(180) }, { id: 'dead', receivedAt: ago(181) });
    await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
    await installation.without(async () => {
      for (let seconds = 150; seconds >= 0; seconds -= 30) {
        await installation.beat(tenant, { id: 'alive', receivedAt: ago(seconds) });
      }
      await installation.gatewayBeats(170);
    });
    const events = await eventually('the dead one', () => {
      const silent = installation.published(tenant, hostSilentV1);
      return silent.length > 0 && silent;
    });
    expect(events.map(({ data }) => data.host.hostname)).toEqual(['dead']);
  });

  it('that nobody could bring, because gateways were away, make nobody silent', async () => {
    const tenant = aTenant();
    await installation.horizonWas(600);
    const before = installation.published(tenant, hostSilentV1).length;
    await installation.beat(tenant, { id: 'mac', receivedAt: ago(900) });
    await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    // The first word of a gateway after ten minutes: every host has its full time again.
    await installation.gatewayBeats();
    await eventually('the deadline was looked at', async () => {
      const [row] = await installation.rows<{ at: Date }>('select check_at as at from hosts where tenant = $1', [
        tenant,
      ]);
      return row?.at !== undefined && row.at !== null && row.at.getTime() > Date.now();
    });
    expect(installation.published(tenant, hostSilentV1).length).toBe(before);
  });
});

describe('a host that sends signals', () => {
  const aSignal = (hostId: string): ReceivedSignal => ({
    id: newId(),
    signalId: newId(),
    hostId,
    ruleId: 'R-1',
    ruleDescription: null,
    status: 'open',
    severity: 'high',
    title: 'Something',
    tags: [],
    ts: ago(0),
    at: ago(0),
    receivedAt: ago(0),
    context: {},
    contextDocument: null,
    mended: [],
    digest: '0'.repeat(64),
  });

  it('is known by them, and by nothing else that it has', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { hostname: 'web-1' });
    await installation.say(tenant, signalsReceivedV1, {
      signals: [aSignal('mac-9'), aSignal('mac-9'), aSignal('web-1'), aSignal(id), aSignal(newId())],
    });
    const hosts = await installation.hostsBecome(
      tenant,
      'two',
      (all) => all.length === 2 && all.every((host) => host.lastSeenAt !== null),
    );
    expect(hosts.map(({ hostname }) => hostname)).toEqual(['mac-9', 'web-1']);
    // Signals come when something happens: whoever sends none is not silent for that.
    const watched = await installation.rows('select 1 from hosts where tenant = $1 and check_at is not null', [tenant]);
    expect(watched).toEqual([]);
    expect((await agents(tenant)).body.count).toBe(0);
  });
});
