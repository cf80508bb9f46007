import {
  agentConnectedV1,
  agentDisconnectedV1,
  hostBackV1,
  hostChangedV1,
  hostRemovedV1,
  hostSilentV1,
} from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, HostsInstallation } from './hosts-installation.js';

let installation: HostsInstallation;
beforeAll(async () => {
  installation = await HostsInstallation.start({ HOST_SILENT_AFTER_MINUTES: '1' });
});
afterAll(() => installation.stop());

let tenants = 0;
const aTenant = (): string => `hosts-${(tenants += 1)}`;
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

interface Detail {
  readonly id: Uuid;
  readonly connected: boolean;
  readonly connection: { readonly connectionId: Uuid; readonly connected: boolean } | null;
  readonly claims: { readonly sameAs: readonly Uuid[] };
  readonly agents: readonly { readonly dialect: string; readonly id: string; readonly version: string | null }[];
  readonly externalIds: readonly { readonly dialect: string; readonly id: string }[];
}

async function detailOf(tenant: string, id: Uuid): Promise<Detail> {
  const { body } = await installation.ask<Detail>(anAdmin(tenant), 'GET', `/api/v1/hosts/${id}`);
  return body;
}

describe('an agent that nobody knows', () => {
  it('is a host from its first heartbeat on, and the newest by the time of the server counts', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'mac-1', version: '1.1' }, { id: 'mac-2' });
    const hosts = await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
    expect(hosts.map(({ hostname }) => hostname)).toEqual(['mac-1', 'mac-2']);
    await installation.beat(tenant, { id: 'mac-1', version: '0.9', receivedAt: minutesAgo(5) });
    await installation.beat(tenant, { id: 'mac-1', version: '1.2' });
    await eventually(
      'the newer version',
      async () => (await detailOf(tenant, hosts[0]!.id)).agents[0]!.version === '1.2',
    );
    const changed = await eventually('both are told of', () => {
      const told = installation.published(tenant, hostChangedV1);
      return told.length >= 2 && told;
    });
    const ids = changed.map(({ data }) => data.host.externalIds.map(({ dialect, id }) => `${dialect} ${id}`));
    expect(ids.toSorted()).toEqual([['santamon mac-1'], ['santamon mac-2']]);
    const versions = await installation.rows<{ version: string }>(
      'select version from agent_versions where tenant = $1 and id = $2 order by since',
      [tenant, 'mac-1'],
    );
    expect(versions.map(({ version }) => version)).toEqual(['1.1', '1.2']);
  });

  it('leaves an hour of history behind when the next begins', async () => {
    const tenant = aTenant();
    const hour = new Date(Date.now() - 3 * 3_600_000);
    hour.setUTCMinutes(10, 0, 0);
    const at = (minutes: number): string => new Date(hour.getTime() + minutes * 60_000).toISOString();
    for (const minutes of [0, 1, 2, 70]) {
      await installation.beat(tenant, { id: 'mac', receivedAt: at(minutes) });
      await eventually('the heartbeat is kept', async () => {
        const [row] = await installation.rows<{ received_at: Date }>(
          'select received_at from host_ids where tenant = $1',
          [tenant],
        );
        return row?.received_at?.toISOString() === at(minutes);
      });
    }
    const hours = await installation.rows<{ beats: number; first_at: Date; last_at: Date }>(
      'select beats, first_at, last_at from heartbeat_hours where tenant = $1',
      [tenant],
    );
    expect(hours).toEqual([{ beats: 3, first_at: new Date(at(0)), last_at: new Date(at(2)) }]);
  });
});

describe('a host that is enrolled', () => {
  it('takes in what was known under its name, and keeps its id', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'Web-1' });
    const [known] = await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    const { id, apiId } = await installation.enrol(tenant, { hostname: 'web-1' });
    const [host] = await installation.hostsBecome(tenant, 'joined', (all) => all.length === 1 && all[0]!.id === id);
    expect(host!.externalIds).toEqual([
      { dialect: 'patchmon', id: apiId },
      { dialect: 'santamon', id: 'Web-1' },
    ]);
    const joined = await eventually('host.changed', () =>
      installation.published(tenant, hostChangedV1).find(({ data }) => data.joined.length > 0),
    );
    expect(joined.data).toMatchObject({ joined: [known!.id], host: { hostId: id } });
    // What was given out before goes on to work.
    expect((await detailOf(tenant, known!.id)).id).toBe(id);
  });

  it('called localhost, or nothing at all, is nobody else', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'localhost' });
    await installation.enrol(tenant, { hostname: 'localhost' });
    await installation.enrol(tenant, { hostname: 'LOCALHOST' });
    await installation.enrol(tenant, { hostname: '' });
    await installation.enrol(tenant, { hostname: '' });
    expect(await installation.hostsBecome(tenant, 'five', (all) => all.length === 5)).toHaveLength(5);
  });

  it('is gone when the gateway says that it was removed', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    await installation.say(tenant, hostRemovedV1, { hostId: id });
    await installation.hostsBecome(tenant, 'none', (all) => all.length === 0);
    const events = await eventually('host.changed', () => {
      const all = installation.published(tenant, hostChangedV1);
      return all.length === 2 && all;
    });
    expect(events.map(({ data }) => data.removed)).toEqual([false, true]);
  });
});

describe('a socket', () => {
  it('is that of the newest connection, in whatever order the news of it come', async () => {
    const tenant = aTenant();
    const { id, apiId } = await installation.enrol(tenant);
    const [first, second] = [newId(Date.now() - 1_000), newId()];
    const at = new Date().toISOString();
    const news = { hostId: id, apiId, at };
    await installation.say(tenant, agentConnectedV1, { ...news, connectionId: second });
    await eventually('connected', async () => (await detailOf(tenant, id)).connected);
    await installation.say(tenant, agentConnectedV1, { ...news, connectionId: first });
    await installation.say(tenant, agentDisconnectedV1, { ...news, connectionId: first, because: 'replaced' });
    await installation.beat(tenant, {
      dialect: 'patchmon',
      id: apiId,
      connected: true,
      version: null,
      osVersion: null,
    });
    await eventually('the heartbeat', async () => {
      const [row] = await installation.rows<{ seen_at: Date; connected_at: Date }>(
        'select seen_at, connected_at from agent_connections where host_id = $1',
        [id],
      );
      return row !== undefined && row.seen_at > row.connected_at;
    });
    expect((await detailOf(tenant, id)).connection).toMatchObject({ connectionId: second, connected: true });
    await installation.say(tenant, agentDisconnectedV1, { ...news, connectionId: second, because: 'closed' });
    await eventually('disconnected', async () => !(await detailOf(tenant, id)).connected);
    await installation.say(tenant, agentConnectedV1, { ...news, connectionId: second });
    expect((await detailOf(tenant, id)).connected).toBe(false);
  });

  it('that no gateway spoke of for 90 s is gone', async () => {
    const tenant = aTenant();
    const { id, apiId } = await installation.enrol(tenant);
    const at = new Date(Date.now() - 91_000).toISOString();
    await installation.say(tenant, agentConnectedV1, { hostId: id, apiId, connectionId: newId(), at });
    const { connection } = await eventually('its row', async () => {
      const detail = await detailOf(tenant, id);
      return detail.connection !== null && detail;
    });
    expect(connection!.connected).toBe(false);
  });
});

describe('silence', () => {
  const silent = (tenant: string) => installation.published(tenant, hostSilentV1);
  const back = (tenant: string) => installation.published(tenant, hostBackV1);

  it('is told once, and so is the return', async () => {
    const tenant = aTenant();
    await installation.gatewayBeats(300);
    await installation.beat(tenant, { id: 'quiet', receivedAt: minutesAgo(2) }, { id: 'lively' });
    const [event] = await eventually('host.silent', () => silent(tenant).length > 0 && silent(tenant));
    expect(event!.data).toMatchObject({ host: { hostname: 'quiet' }, silentAfterSeconds: 60 });
    const [shown] = await installation.hostsOf(tenant, '&silent=true');
    expect(shown!.silentSince).toBe(event!.data.lastSeenAt);

    await installation.beat(tenant, { id: 'quiet' });
    const [returned] = await eventually('host.back', () => back(tenant).length > 0 && back(tenant));
    expect(returned!.data).toMatchObject({ host: { hostname: 'quiet' }, silentSince: event!.data.lastSeenAt });
    await installation.beat(tenant, { id: 'quiet' });
    await installation.hostsBecome(tenant, 'nobody silent', (all) =>
      all.every(({ silentSince }) => silentSince === null),
    );
    expect([silent(tenant).length, back(tenant).length]).toEqual([1, 1]);
  });
});
