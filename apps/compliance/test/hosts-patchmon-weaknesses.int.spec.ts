import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataOf, agentCommandIssuedV1, agentConnectedV1, hostChangedV1 } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, anAgent, HostsInstallation } from './hosts-installation.js';

let installation: HostsInstallation;
let bare: HostsInstallation;
const content = mkdtempSync(join(tmpdir(), 'assay-ssg-'));
beforeAll(async () => {
  writeFileSync(join(content, 'VERSION'), '0.1.76\n');
  writeFileSync(join(content, 'ssg-debian12-ds.xml'), '<data-stream-collection/>');
  writeFileSync(join(content, 'secret.txt'), 'not for agents');
  installation = await HostsInstallation.start({ SSG_CONTENT_DIR: content });
  bare = await HostsInstallation.start();
});
afterAll(async () => {
  await installation.stop();
  await bare.stop();
  rmSync(content, { recursive: true });
});

let tenants = 0;
const aTenant = (): string => `patchmon-${(tenants += 1)}`;

interface Answer {
  readonly error?: string;
  readonly requestFull?: readonly string[];
  readonly [key: string]: unknown;
}
const agentAsks = (tenant: string, id: Uuid, method: string, path: string, body?: object | string) =>
  installation.ask<Answer>(anAgent(tenant, id), method, `/api/v1/${path}`, body);
const adminChanges = (tenant: string, path: string, body: object, method = 'PATCH') =>
  installation.ask<Answer>(anAdmin(tenant), method, `/api/v1/${path}`, body);

describe('what an agent asks when it starts', () => {
  it('is answered as the page says, each time with 200', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { friendlyName: 'Web', dockerBench: true });
    expect(await agentAsks(tenant, id, 'GET', 'settings/update-interval')).toMatchObject({
      status: 200,
      body: { updateInterval: 60 },
    });
    const integrations = await agentAsks(tenant, id, 'GET', 'hosts/integrations');
    expect(integrations.status).toBe(200);
    expect(integrations.headers.get('content-type')).toContain('application/json');
    expect(integrations.body).toEqual({
      success: true,
      // Docker bench needs the docker integration; an agent that reads false here skips it.
      integrations: { docker: true, compliance: true },
      compliance_mode: 'on-demand',
      compliance_openscap_enabled: true,
      compliance_docker_bench_enabled: true,
    });
    const ping = await agentAsks(tenant, id, 'POST', 'hosts/ping');
    expect(ping).toMatchObject({
      status: 200,
      body: { message: 'Ping successful', friendlyName: 'Web', agentStartup: true, hashGate: true, requestFull: [] },
    });
    expect(ping.body['integrations']).toEqual({ docker: true, compliance: true });
    const version = await agentAsks(
      tenant,
      id,
      'GET',
      'hosts/agent/version?arch=amd64&os=linux&type=go&currentVersion=2.1.0',
    );
    expect(version).toMatchObject({
      status: 200,
      body: { hasUpdate: false, currentVersion: '2.1.0', latestVersion: '2.1.0' },
    });
    const docker = await agentAsks(tenant, id, 'POST', 'integrations/docker', { containers: [] });
    expect(docker).toMatchObject({ status: 200, body: { message: expect.any(String) } });
  });

  it('is never answered with a default: a host that is not known yet is 503, as while compliance is away', async () => {
    const tenant = aTenant();
    const stranger = newId();
    const asks = [
      ['GET', 'settings/update-interval'],
      ['GET', 'hosts/integrations'],
      ['POST', 'hosts/ping'],
      ['POST', 'hosts/update'],
      ['GET', 'hosts/agent/version'],
      ['POST', 'integrations/docker'],
    ] as const;
    for (const [method, path] of asks) {
      const reply = await agentAsks(tenant, stranger, method, path, method === 'POST' ? {} : undefined);
      expect([path, reply.status, Object.keys(reply.body)]).toEqual([path, 503, ['error']]);
      expect(reply.headers.get('retry-after')).toBe('5');
    }
  });

  it('says `compliance: false`, which switches the agent off, of disabled hosts alone', async () => {
    const tenant = aTenant();
    for (const complianceMode of ['enabled', 'on-demand', 'disabled'] as const) {
      const { id } = await installation.enrol(tenant, { complianceMode });
      const { body } = await agentAsks(tenant, id, 'GET', 'hosts/integrations');
      expect(body).toMatchObject({
        integrations: { compliance: complianceMode !== 'disabled' },
        compliance_mode: complianceMode,
      });
    }
  });

  it('never offers an update, which would make the agent replace itself', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    for (const query of ['', '?currentVersion=', '?currentVersion=0.0.1', '?currentVersion=a&currentVersion=b']) {
      const { status, body } = await agentAsks(tenant, id, 'GET', `hosts/agent/version${query}`);
      expect([status, body['hasUpdate'], body['latestVersion']]).toEqual([200, false, body['currentVersion']]);
    }
  });

  it('is nobody else’s to ask: people have routes of their own, and a key for many hosts speaks for none', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    const admin = await installation.ask<Answer>(anAdmin(tenant), 'GET', '/api/v1/hosts/integrations');
    expect(admin).toMatchObject({ status: 403, body: { error: expect.any(String) } });
    for (const hosts of [null, [], [id, newId()], ['group:all']]) {
      const caller = { ...anAgent(tenant, id), scope: { repositories: null, hosts } };
      const reply = await installation.ask<Answer>(caller, 'POST', '/api/v1/hosts/ping');
      expect(reply).toMatchObject({ status: 403, body: { error: expect.any(String) } });
    }
  });
});

describe('a ping', () => {
  const hash = (digit: string): string => digit.repeat(64);
  const ping = async (tenant: string, id: Uuid, complianceHash: string): Promise<readonly string[]> => {
    const body = { hashes: { packagesHash: hash('0'), complianceHash }, metrics: {}, agentVersion: '2.0.1' };
    return (await agentAsks(tenant, id, 'POST', 'hosts/ping', body)).body.requestFull!;
  };
  const keep = (id: Uuid, complianceHash: string) =>
    installation.rows('update hosts set compliance_hash = $2 where id = $1', [id, complianceHash]);

  it('asks for a scan where the hash differs and the agent scans by itself', async () => {
    const tenant = aTenant();
    const enabled = await installation.enrol(tenant, { complianceMode: 'enabled' });
    const onDemand = await installation.enrol(tenant);
    await keep(enabled.id, hash('a'));
    await keep(onDemand.id, hash('a'));
    expect(await ping(tenant, enabled.id, hash('a'))).toEqual([]);
    expect(await ping(tenant, enabled.id, hash('b'))).toEqual(['compliance']);
    expect(await ping(tenant, onDemand.id, hash('b'))).toEqual([]);
    expect(await ping(tenant, enabled.id, '')).toEqual([]);
  });

  it('On-demand uploads do not refresh the agent’s cached hash: needless full scans follow — asked once, not at each ping', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { complianceMode: 'enabled' });
    await keep(id, hash('a'));
    expect(await ping(tenant, id, hash('b'))).toEqual(['compliance']);
    expect(await ping(tenant, id, hash('b'))).toEqual([]);
    await keep(id, hash('c'));
    expect(await ping(tenant, id, hash('b'))).toEqual([]);
    expect(await ping(tenant, id, hash('d'))).toEqual(['compliance']);
  });

  it('with whatever in it is a sign of life, and its version is known', async () => {
    const tenant = aTenant();
    const { id, apiId } = await installation.enrol(tenant);
    await agentAsks(tenant, id, 'POST', 'hosts/ping', { hashes: 'none', metrics: [1], agentVersion: '1.4.9' });
    expect(await agentAsks(tenant, id, 'POST', 'hosts/ping', { hashes: null, agentVersion: 7 })).toMatchObject({
      status: 200,
    });
    const { body } = await installation.ask<Answer>(anAdmin(tenant), 'GET', `/api/v1/hosts/${id}`);
    expect(body).toMatchObject({ agentVersion: '1.4.9', lastSeenAt: expect.any(String), silentSince: null });
    expect(body['agents']).toMatchObject([{ dialect: 'patchmon', id: apiId, version: '1.4.9', bound: true }]);
  });
});

describe('what an agent reports', () => {
  it('of 749 packages is read as it streams by, and of it a few short texts are kept', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { hostname: '' });
    const packages = Array.from({ length: 749 }, (_, n) => ({ name: `package-${n}`, description: 'x'.repeat(520) }));
    const reply = await agentAsks(tenant, id, 'POST', 'hosts/update', {
      packages,
      repositories: [{ name: 'main' }],
      osType: 'Ubuntu',
      osVersion: '24.04',
      hostname: 'web-1',
      ip: '192.0.2.7',
      architecture: 'x'.repeat(5_000),
      agentVersion: '2.0.3',
      machineId: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      networkInterfaces: [{ name: 'eth0' }],
    });
    expect(reply).toMatchObject({ status: 200, body: { message: expect.any(String), packagesProcessed: 0 } });
    const { body } = await installation.ask<Answer>(anAdmin(tenant), 'GET', `/api/v1/hosts/${id}`);
    expect(body).toMatchObject({
      hostname: 'web-1',
      agentVersion: '2.0.3',
      machineId: 'c0ffee00c0ffee00c0ffee00c0ffee00',
      osInfo: { family: 'ubuntu', name: 'Ubuntu', version: '24.04' },
      inventory: { ip: '192.0.2.7' },
    });
    expect(JSON.stringify(body).length).toBeLessThan(4_000);
    await eventually('host.changed with the name', () =>
      installation.published(tenant, hostChangedV1).some(({ data }) => data.host.hostname === 'web-1'),
    );
  });

  it('is refused with 400 where it is no JSON, and with 413 above 5 MB', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    const broken = await agentAsks(tenant, id, 'POST', 'hosts/update', '{"hostname":');
    expect(broken).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    const large = await agentAsks(tenant, id, 'POST', 'hosts/update', { x: Array(60).fill('x'.repeat(100_000)) });
    expect(large.status).toBe(413);
    expect(await agentAsks(tenant, id, 'POST', 'hosts/integration-status', { enabled: true })).toMatchObject({
      status: 400,
      body: { error: 'integration is required' },
    });
  });

  it('Scan text from hosts is stored unbounded and trusted as display text — it is cut, and only texts are kept', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    const reply = await agentAsks(tenant, id, 'POST', 'hosts/integration-status', {
      integration: 'compliance',
      enabled: true,
      status: 'ready',
      message: `a\u0000${'b'.repeat(10_000)}`,
      components: { openscap: 'ready', 'docker-bench': 'unavailable', nested: { a: 1 } },
      scanner_info: {
        openscap_version: '1.3.9',
        openscap_available: true,
        available_profiles: [
          { id: 'level1_server', name: 'CIS', type: 'openscap', xccdf_id: 'xccdf_x', deep: { a: 1 } },
        ],
        os_family: 'debian',
        nested: { a: { b: 1 } },
      },
      install_events: Array.from({ length: 500 }, (_, n) => ({
        step: `s${n}`,
        status: 'ok',
        message: 'm',
        timestamp: 't',
      })),
    });
    expect(reply).toMatchObject({ status: 200, body: { success: true, message: expect.any(String) } });
    const { body } = await installation.ask<Answer>(anAdmin(tenant), 'GET', `/api/v1/hosts/${id}`);
    const { compliance } = body['integrations'] as { compliance: { message: string; installEvents: object[] } };
    expect(compliance).toMatchObject({
      status: 'ready',
      components: { openscap: 'ready', 'docker-bench': 'unavailable' },
    });
    expect([compliance.message.length, compliance.installEvents.length]).toEqual([2_000, 100]);
    expect(body['scannerInfo']).toMatchObject({
      openscap_available: true,
      available_profiles: [{ id: 'level1_server', type: 'openscap', xccdf_id: 'xccdf_x' }],
    });
  });
});

describe('scanner content', () => {
  it('comes from a folder of the operator, as a stream', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    expect(await agentAsks(tenant, id, 'GET', 'compliance/ssg-version')).toMatchObject({
      status: 200,
      body: { version: '0.1.76', files: ['ssg-debian12-ds.xml'] },
    });
    const file = await installation.ask<string>(
      anAgent(tenant, id),
      'GET',
      '/api/v1/compliance/ssg-content/ssg-debian12-ds.xml',
    );
    expect(file).toMatchObject({ status: 200, body: '<data-stream-collection/>' });
    expect(file.headers.get('content-type')).toBe('application/xml');
  });

  it.each([
    'secret.txt',
    'VERSION',
    '..%2fVERSION',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'ssg-..%2f..%2fx-ds.xml',
    'ssg-debian12-ds.xml%00',
    'SSG-DEBIAN12-DS.XML',
    'ssg-debian13-ds.xml',
  ])('never gives %s', async (name) => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant);
    const { status, body } = await agentAsks(tenant, id, 'GET', `compliance/ssg-content/${name}`);
    expect([400, 404]).toContain(status);
    expect(JSON.stringify(body)).not.toContain('not for agents');
  });

  it('without a folder is 503', async () => {
    const tenant = aTenant();
    for (const path of ['ssg-version', 'ssg-content/ssg-debian12-ds.xml']) {
      const reply = await bare.ask<Answer>(anAgent(tenant, newId()), 'GET', `/api/v1/compliance/${path}`);
      expect(reply).toMatchObject({ status: 503, body: { error: expect.any(String) } });
    }
  });
});

describe('a change of settings', () => {
  type Issued = DataOf<typeof agentCommandIssuedV1>;
  const framesTo = (tenant: string, id: Uuid): Issued['frame'][] =>
    installation
      .published(tenant, agentCommandIssuedV1)
      .filter(({ data }) => data.hostId === id)
      .map(({ data }) => data.frame);
  const connect = (tenant: string, hostId: Uuid, apiId: string) =>
    installation.say(tenant, agentConnectedV1, { hostId, apiId, connectionId: newId(), at: new Date().toISOString() });

  it.each([
    ['1.4.2', { type: 'set_compliance_mode', mode: 'enabled' }],
    [
      '2.0.1',
      {
        type: 'apply_config',
        config: { docker: false, compliance: { enabled: true, openscap_enabled: true, docker_bench_enabled: false } },
      },
    ],
  ])('reaches an agent of version %s in its own words', async (agentVersion, frame) => {
    const tenant = aTenant();
    const { id, apiId } = await installation.enrol(tenant);
    await agentAsks(tenant, id, 'POST', 'hosts/ping', { agentVersion });
    await connect(tenant, id, apiId);
    const changed = await adminChanges(tenant, `hosts/${id}`, { complianceMode: 'enabled' });
    expect(changed).toMatchObject({ status: 200, body: { complianceMode: 'enabled' } });
    await eventually('the frame', () => framesTo(tenant, id).length > 0);
    expect(framesTo(tenant, id)[0]).toEqual(frame);
    expect((await agentAsks(tenant, id, 'GET', 'hosts/integrations')).body).toMatchObject({
      compliance_mode: 'enabled',
    });
  });

  it('of a group holds for its hosts, and theirs go before it', async () => {
    const tenant = aTenant();
    const { id } = await installation.enrol(tenant, { groups: ['web', 'all'] });
    const put = (name: string, body: object) => adminChanges(tenant, `host-groups/${name}`, body, 'PUT');
    const interval = async () =>
      (await agentAsks(tenant, id, 'GET', 'settings/update-interval')).body['updateInterval'];
    await put('all', {
      updateIntervalMinutes: 30,
      complianceMode: 'disabled',
      scanCron: '30 2 * * 1-5',
      timeZone: 'Europe/Berlin',
    });
    expect(await interval()).toBe(30);
    expect((await agentAsks(tenant, id, 'GET', 'hosts/integrations')).body).toMatchObject({
      compliance_mode: 'disabled',
    });
    await put('web', { updateIntervalMinutes: 15 });
    expect(await interval()).toBe(15);
    await adminChanges(tenant, `hosts/${id}`, { updateIntervalMinutes: 5 });
    expect(await interval()).toBe(5);
    await adminChanges(tenant, `hosts/${id}`, { updateIntervalMinutes: null, complianceMode: 'on-demand' });
    expect(await interval()).toBe(15);
    expect((await installation.ask(anAdmin(tenant), 'DELETE', '/api/v1/host-groups/web')).status).toBe(204);
    expect(await interval()).toBe(30);
    const { body } = await installation.ask<{ items: object[] }>(anAdmin(tenant), 'GET', '/api/v1/host-groups');
    expect(body.items).toMatchObject([{ name: 'all', scanCron: '30 2 * * 1-5', timeZone: 'Europe/Berlin' }]);
    expect((await put('x', { scanCron: '* * * * * *' })).status).toBe(422);
    expect((await put('x', { scanCron: '61 * * * *' })).status).toBe(422);
    expect((await put('x', { timeZone: 'Mars/Olympus' })).status).toBe(422);
    expect((await put('x', { updateIntervalMinutes: 0 })).status).toBe(422);
  });
});
