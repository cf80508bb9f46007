import { hostChangedV1, heartbeatsReceivedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, anAgent, HostsInstallation, type ShownHost } from './hosts-installation.js';

let installation: HostsInstallation;
beforeAll(async () => {
  installation = await HostsInstallation.start();
});
afterAll(() => installation.stop());

let tenants = 0;
const aTenant = (): string => `links-${(tenants += 1)}`;
const idsOf = (host: ShownHost | undefined): string[] =>
  host?.externalIds.map(({ dialect, id }) => `${dialect} ${id}`) ?? [];
const ask = (tenant: string, method: string, path: string, body?: object) =>
  installation.ask<ShownHost & { code: string; claims: object }>(anAdmin(tenant), method, `/api/v1/hosts${path}`, body);
const report = (tenant: string, id: Uuid, body: object) =>
  installation.ask(anAgent(tenant, id), 'POST', '/api/v1/hosts/update', { packages: [], ...body });

describe('a name that somebody claims', () => {
  it('makes an agent without a key of its own a part of the host of that name, in whatever case', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { hostname: 'Web-1.Example.org' });
    await installation.beat(tenant, { id: 'web-1.example.ORG' });
    const [host] = await installation.hostsBecome(tenant, 'two ids', (all) => all[0]?.externalIds.length === 2);
    expect(host!.id).toBe(id);
  });

  it('makes nobody a second agent of a host: the other is a host of its own', async () => {
    const tenant = aTenant();
    await installation.enrol(tenant, { hostname: 'web-1' });
    await installation.beat(tenant, { id: 'web-1', bound: true });
    await installation.hostsBecome(tenant, 'linked', ([host]) => host?.externalIds.length === 2);
    await installation.beat(tenant, { id: 'WEB-1' });
    const hosts = await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
    expect(hosts.map(idsOf).toSorted((one, other) => one.length - other.length)[0]).toEqual(['santamon WEB-1']);
  });

  it('takes nothing from a host with a key, however often it is said in a body', async () => {
    const tenant = aTenant();
    const victim = await installation.enrol(tenant, { hostname: 'db-1' });
    await report(tenant, victim.id, { hostname: 'db-1', machineId: '0123456789abcdef0123456789abcdef' });
    const rogue = await installation.enrol(tenant, { hostname: 'rogue' });
    const reply = await report(tenant, rogue.id, { hostname: 'DB-1', machineId: '0123456789abcdef0123456789abcdef' });
    expect(reply.status).toBe(200);
    const hosts = await installation.hostsOf(tenant);
    expect(hosts.map(({ hostname }) => hostname)).toEqual(['db-1', 'rogue']);
    expect(hosts.map(idsOf)).toEqual([[`patchmon ${victim.apiId}`], [`patchmon ${rogue.apiId}`]]);
    // People see what it said, and whom it means.
    expect((await ask(tenant, 'GET', `/${rogue.id}`)).body.claims).toEqual({
      hostname: 'DB-1',
      machineId: '0123456789abcdef0123456789abcdef',
      sameAs: [victim.id],
    });
    expect((await ask(tenant, 'GET', `/${victim.id}`)).body).toMatchObject({
      machineId: '0123456789abcdef0123456789abcdef',
    });
  });

  it('joins no host that has a name already with another: who renames itself takes nobody in', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'mac-7' });
    await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    const rogue = await installation.enrol(tenant, { hostname: 'rogue' });
    await report(tenant, rogue.id, { hostname: 'mac-7' });
    expect((await installation.hostsOf(tenant)).map(idsOf)).toEqual([['santamon mac-7'], [`patchmon ${rogue.apiId}`]]);
  });

  it("is nobody else's before its owner comes: a host that has a name takes no other by itself", async () => {
    const tenant = aTenant();
    const rogue = await installation.enrol(tenant, { hostname: 'rogue' });
    await report(tenant, rogue.id, { hostname: 'mac-6' });
    await installation.beat(tenant, { id: 'mac-6' });
    const hosts = await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
    expect(hosts.map(idsOf)).toEqual([['santamon mac-6'], [`patchmon ${rogue.apiId}`]]);
    // An admin may believe it.
    await ask(tenant, 'PATCH', `/${rogue.id}`, { hostname: 'mac-6b' });
    const { body } = await ask(tenant, 'GET', `/${rogue.id}`);
    expect(body).toMatchObject({ hostname: 'mac-6b', claims: { hostname: null } });
  });

  it('shows, said for the first time by an agent with a key, which unbound host it is', async () => {
    const tenant = aTenant();
    await installation.beat(tenant, { id: 'mac-8' });
    await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    const { id } = await installation.enrol(tenant, { hostname: '' });
    await report(tenant, id, {
      hostname: 'MAC-8',
      machineId: 'feedfacefeedfacefeedfacefeedfac1',
      osType: 'Debian',
      osVersion: '12',
    });
    const [host] = await installation.hostsBecome(tenant, 'one', (all) => all.length === 1);
    expect(host).toMatchObject({ id, hostname: 'MAC-8' });
    expect(idsOf(host)).toContain('santamon mac-8');
    const { body } = await ask(tenant, 'GET', `/${id}`);
    expect(body).toMatchObject({
      machineId: 'feedfacefeedfacefeedfacefeedfac1',
      osInfo: { family: 'debian', version: '12' },
    });
  });

  it('that two hosts have links to neither', async () => {
    const tenant = aTenant();
    await installation.enrol(tenant, { hostname: 'twin' });
    await installation.enrol(tenant, { hostname: 'twin' });
    await installation.beat(tenant, { id: 'twin' });
    expect(await installation.hostsBecome(tenant, 'three', (all) => all.length === 3)).toHaveLength(3);
  });

  it('keeps nobody alive who has a key and is silent', async () => {
    const tenant = aTenant();
    const { id, apiId } = await installation.enrol(tenant, { hostname: 'web-9' });
    const seen = async (): Promise<string | null> => (await ask(tenant, 'GET', `/${id}`)).body.lastSeenAt;
    await installation.beat(tenant, { id: 'web-9' });
    const unproven = await eventually('the word of who has no key, as long as nobody with one said anything', seen);
    await installation.beat(tenant, { dialect: 'patchmon', id: apiId, connected: true });
    const proven = await eventually('the word of who has one', async () => (await seen()) !== unproven && seen());
    await installation.beat(tenant, { id: 'web-9' });
    await eventually('the other is heard', async () => {
      const [row] = await installation.rows<{ received_at: Date }>(
        "select received_at from host_ids where tenant = $1 and dialect = 'santamon'",
        [tenant],
      );
      return row!.received_at.toISOString() > proven!;
    });
    expect(await seen()).toBe(proven);
  });
});

describe('an admin', () => {
  it('joins hosts that are one, and takes them apart again', async () => {
    const tenant = aTenant();
    const [one, other] = [await installation.enrol(tenant), await installation.enrol(tenant)];
    const joined = await ask(tenant, 'POST', `/${one.id}/join`, { hostId: other.id });
    expect(joined.status).toBe(200);
    expect(idsOf(joined.body)).toHaveLength(2);
    expect((await installation.hostsOf(tenant)).map(({ id }) => id)).toEqual([one.id]);
    // The other's agent has a key for the old id, which means the one host now.
    const ping = await installation.ask(anAgent(tenant, other.id), 'POST', '/api/v1/hosts/ping');
    expect(ping).toMatchObject({ status: 200 });

    const split = await ask(tenant, 'POST', `/${one.id}/split`, { dialect: 'patchmon', id: other.apiId });
    expect(split.body).toMatchObject({ id: other.id });
    const hosts = await installation.hostsOf(tenant);
    expect(hosts.flatMap(idsOf).toSorted()).toEqual([`patchmon ${one.apiId}`, `patchmon ${other.apiId}`].toSorted());
    const events = installation.published(tenant, hostChangedV1);
    expect(events.filter(({ data }) => data.joined.includes(other.id))).toHaveLength(1);
    const versions = events.filter(({ data }) => data.host.hostId === one.id).map(({ version }) => version!);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
  });

  it('makes a host of an id that came by its name alone', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { hostname: 'web-3' });
    await installation.beat(tenant, { id: 'web-3' });
    await installation.hostsBecome(tenant, 'linked', ([host]) => host?.externalIds.length === 2);
    const split = await ask(tenant, 'POST', `/${id}/split`, { dialect: 'santamon', id: 'web-3' });
    expect(idsOf(split.body)).toEqual(['santamon web-3']);
    expect(split.body.id).not.toBe(id);
    expect((await ask(tenant, 'POST', `/${id}/split`, { dialect: 'santamon', id: 'web-3' })).status).toBe(404);
    expect((await ask(tenant, 'POST', `/${id}/join`, { hostId: id })).status).toBe(409);
    // And there it stays, whatever it says from now on.
    await installation.beat(tenant, { id: 'web-3' });
    await installation.hostsBecome(tenant, 'two', (all) => all.length === 2);
  });

  it('alone may', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    for (const role of ['viewer', 'analyst', 'ci', 'agent'] as const) {
      const caller = anAdmin(tenant, { role });
      for (const path of ['join', 'split']) {
        expect((await installation.ask(caller, 'POST', `/api/v1/hosts/${id}/${path}`, {})).status).toBe(403);
      }
      expect((await installation.ask(caller, 'PATCH', `/api/v1/hosts/${id}`, {})).status).toBe(403);
      expect((await installation.ask(caller, 'PUT', '/api/v1/host-groups/x', {})).status).toBe(403);
    }
  });
});

describe('a host is seen', () => {
  const seenBy = async (tenant: string, changes: object): Promise<string[]> => {
    const caller = anAdmin(tenant, { role: 'viewer', actor: 'key:viewer', ...changes });
    const { body } = await installation.ask<{ items: ShownHost[] }>(caller, 'GET', '/api/v1/hosts');
    return body.items.map(({ hostname }) => hostname);
  };
  const scopeOf = (...hosts: string[]) => ({ scope: { repositories: null, hosts } });

  it('by those whose scope has one of its ids, its name or a group, and no others', async () => {
    const tenant = aTenant();
    const one = await installation.enrol(tenant, { hostname: 'one', groups: ['macs'] });
    await installation.enrol(tenant, { hostname: 'two' });
    expect(await seenBy(tenant, {})).toEqual(['one', 'two']);
    for (const id of [one.id, one.apiId, 'ONE', 'group:macs'])
      expect(await seenBy(tenant, scopeOf(id))).toEqual(['one']);
    expect(await seenBy(tenant, scopeOf())).toEqual([]);
    const stranger = anAdmin(tenant, { role: 'viewer', ...scopeOf('two') });
    expect((await installation.ask(stranger, 'GET', `/api/v1/hosts/${one.id}`)).status).toBe(404);
    expect((await ask(aTenant(), 'GET', `/${one.id}`)).status).toBe(404);
  });

  it('by the users that it names, and by admins', async () => {
    const tenant = aTenant();
    await installation.enrol(tenant, { hostname: 'private', tenantUsers: ['ann', 'key:bob'] });
    await installation.enrol(tenant, { hostname: 'public' });
    expect(await seenBy(tenant, { name: 'ann' })).toEqual(['private', 'public']);
    expect(await seenBy(tenant, { actor: 'key:bob' })).toEqual(['private', 'public']);
    expect(await seenBy(tenant, { name: 'eve' })).toEqual(['public']);
    expect(await seenBy(tenant, { role: 'admin' })).toEqual(['private', 'public']);
  });
});

describe('a list of hosts', () => {
  it('is searched as it is typed, filtered, and read page by page', async () => {
    const tenant = aTenant();
    const beats = ['a_1', 'axb', 'b%', 'c-1', 'c-2'].map((id) => ({ id }));
    await installation.beat(tenant, ...beats);
    await installation.hostsBecome(tenant, 'five', (all) => all.length === 5);
    const names = async (query: string): Promise<string[]> =>
      (await installation.hostsOf(tenant, query)).map(({ hostname }) => hostname);
    expect(await names('&search=_')).toEqual(['a_1']);
    expect(await names('&search=%25')).toEqual(['b%']);
    expect(await names('&search=C-')).toEqual(['c-1', 'c-2']);
    expect(await names('&mode=enabled')).toEqual([]);
    expect(await names('&silent=false')).toHaveLength(5);
    expect(await names('&group=x')).toEqual([]);
    const counted = await installation.ask(anAdmin(tenant), 'GET', '/api/v1/hosts?search=c-&count=true&limit=1');
    expect(counted.body).toMatchObject({ items: [{ hostname: 'c-1' }], total: 2 });

    const all: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body } = await installation.ask<{ items: ShownHost[]; nextCursor: string | null }>(
        anAdmin(tenant),
        'GET',
        `/api/v1/hosts${query}`,
      );
      all.push(...body.items.map(({ hostname }) => hostname));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(all).toHaveLength(5);
    expect(new Set(all).size).toBe(5);
  });

  it('follows its index', async () => {
    const tenant = aTenant();
    await installation.say(tenant, heartbeatsReceivedV1, {
      heartbeats: Array.from({ length: 300 }, (_, n) => ({
        dialect: 'santamon' as const,
        id: `mac-${n}`,
        timestamp: '2031-01-01T00:00:00Z',
        receivedAt: new Date().toISOString(),
        version: '1',
        osVersion: '15',
        uptimeSeconds: 1,
        connected: false,
      })),
    });
    await installation.hostsBecome(tenant, '300', (all) => all.length === 300);
    const plan = await installation.planOf(
      tenant,
      `select h.id from hosts h where h.tenant = $1 and h.removed_at is null
          and ($2::text is null or (h.name, h.id) > ($2, $3::uuid)) order by h.name, h.id limit 51`,
      [tenant, null, null],
    );
    expect(plan).toContain('hosts_name_idx');
    expect(plan).not.toContain('Sort');
    const due = await installation.planOf(
      tenant,
      'select h.id from hosts h where h.check_at <= $1 order by h.check_at limit 500',
      [new Date(0)],
    );
    expect(due).toContain('hosts_check_idx');
    const named = await installation.planOf(
      tenant,
      'select h.id from hosts h where h.tenant = $1 and h.removed_at is null and h.name = any($2::text[])',
      [tenant, ['mac-1', 'mac-2']],
    );
    expect(named).toMatch(/Index Cond: .*name = ANY/);
  });
});
