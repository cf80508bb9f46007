import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  agentCommandIssuedV1,
  agentCommandSentV1,
  agentConnectedV1,
  agentDisconnectedV1,
  agentProgressedV1,
  heartbeatsReceivedV1,
  hostChangedV1,
} from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf, enrol, type EnrolledHost, refusal, TestAgent } from './agents.js';
import { type Gateway, Installation, type PublishingService } from './harness.js';

describe('agents at two gateways', () => {
  let installation: Installation;
  let one: Gateway;
  let other: Gateway;
  let compliance: PublishingService;
  let bus: BusRecorder;

  beforeAll(async () => {
    installation = await Installation.make();
    bus = await BusRecorder.start(installation.prefix);
    one = await installation.gateway();
    other = await installation.gateway();
    compliance = await installation.service('compliance');
    // The stream of compliance came after the gateways: a first command shows when they hear it.
    const host = await enrol(one);
    const [first, second] = [await TestAgent.connect(one.url, host), await enrol(one)];
    const there = await TestAgent.connect(other.url, second);
    await eventually('both gateways hear compliance', async () => {
      await issue(host, newId());
      await issue(second, newId());
      await new Promise((resolve) => setTimeout(resolve, 200));
      return first.of('ping_test').length > 0 && there.of('ping_test').length > 0;
    });
    await first.leave();
    await there.leave();
  });
  afterAll(async () => {
    await bus.stop();
    await installation.stop();
  });

  async function issue(host: EnrolledHost, commandId: Uuid, attempt = 1, frame: object = { type: 'ping_test' }) {
    await compliance.transactions.run('default', async (tx) => {
      const at = { issuedAt: new Date().toISOString() };
      tx.publish(agentCommandIssuedV1, {
        commandId,
        hostId: host.id,
        apiId: host.apiId,
        attempt,
        frame: { ...frame },
        ...at,
      });
    });
  }

  /** What was told of a host, or of a command. */
  function told<Data = Record<string, unknown>>(type: string, about: string): Data[] {
    return bus.ofType(type).flatMap(({ data, subject }) => (subject === about ? [data as Data] : []));
  }

  it('are let in by their pair alone, and told so first', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    expect(agent.frames).toEqual([{ type: 'connected' }]);
    const [connected] = await eventually('it is told', () => {
      const events = told<{ apiId: string; connectionId: string }>(agentConnectedV1.type, host.id);
      return events.length > 0 && events;
    });
    expect(connected).toMatchObject({ hostId: host.id, apiId: host.apiId });
    await agent.leave();
    await eventually('its end is told', () => told(agentDisconnectedV1.type, host.id).length === 1);
    expect(told(agentDisconnectedV1.type, host.id)).toMatchObject([
      { connectionId: connected?.connectionId, because: 'closed' },
    ]);
  });

  it('are refused in HTTP: 401 without a good pair, 404 elsewhere', async () => {
    const host = await enrol(one);
    const pair = credentialsOf(host);
    expect(await refusal(one.url, {})).toEqual({ status: 401, text: 'API credentials required' });
    expect(await refusal(one.url, { 'x-api-id': host.apiId })).toEqual({
      status: 401,
      text: 'API credentials required',
    });
    const wrong = { ...pair, 'x-api-key': 'f'.repeat(64) };
    expect(await refusal(one.url, wrong)).toEqual({ status: 401, text: 'Invalid API credentials' });
    const swapped = { ...pair, 'x-api-id': (await enrol(one)).apiId };
    expect(await refusal(one.url, swapped)).toEqual({ status: 401, text: 'Invalid API credentials' });
    expect((await refusal(one.url, { 'x-api-key': one.adminKey })).status).toBe(401);
    expect((await refusal(one.url, pair, '/api/v1/agents/other')).status).toBe(404);
    expect((await refusal(one.url, pair, '/api/v1/hosts')).status).toBe(404);
  });

  it('other protocols that a request offers change nothing about it', async () => {
    const { port } = new URL(one.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('get commands that came in anywhere, each writing once', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(other.url, host);
    const [commandId, frame] = [newId(), { type: 'compliance_scan', profile_id: null, openscap_enabled: true }];
    await issue(host, commandId, 1, frame);
    await eventually('it is written', () => agent.of('compliance_scan').length > 0);
    expect(agent.of('compliance_scan')).toEqual([frame]);
    await eventually('it is told', () => told(agentCommandSentV1.type, commandId).length > 0);
    await issue(host, commandId, 1, frame);
    await issue(host, commandId, 2, frame);
    await issue(host, newId(), 1, { type: 'ping_test' });
    await eventually('what came after them is written', () => agent.of('ping_test').length > 0);
    expect(agent.of('compliance_scan')).toHaveLength(1);
    const sql = `update agent_frames set sent_at = sent_at - interval '1 minute' where command_id = $1`;
    await installation.rows(sql, [commandId]);
    await issue(host, commandId, 2, frame);
    await eventually('the second writing is told', () => told(agentCommandSentV1.type, commandId).length > 1);
    expect(told<{ attempt: number }>(agentCommandSentV1.type, commandId).map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(agent.of('compliance_scan')).toHaveLength(2);
    await agent.leave();
  });

  it('get no command that is another tenant’s', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    await compliance.transactions.run('other', async (tx) => {
      const at = { attempt: 1, issuedAt: new Date().toISOString() };
      const frame = { type: 'foreign' };
      tx.publish(agentCommandIssuedV1, { commandId: newId(), hostId: host.id, apiId: host.apiId, frame, ...at });
    });
    await issue(host, newId(), 1, { type: 'last' });
    await eventually('the last is written', () => agent.of('last').length > 0);
    expect(agent.of('foreign')).toEqual([]);
    await agent.leave();
  });

  it('have one socket: the newest wins, at whichever gateway', async () => {
    const host = await enrol(one);
    const first = await TestAgent.connect(one.url, host);
    const second = await TestAgent.connect(other.url, host);
    expect((await first.ended()).code).toBe(4409);
    const third = await TestAgent.connect(other.url, host);
    expect((await second.ended()).code).toBe(4409);
    const commandId = newId();
    await issue(host, commandId);
    await eventually('the third is told', () => third.of('ping_test').length > 0);
    expect(told(agentCommandSentV1.type, commandId)).toHaveLength(1);
    const connected = told<{ connectionId: string }>(agentConnectedV1.type, host.id).map(
      ({ connectionId }) => connectionId,
    );
    expect(connected).toEqual(connected.toSorted());
    await eventually('the ends are told', () => told(agentDisconnectedV1.type, host.id).length === 2);
    expect(told(agentDisconnectedV1.type, host.id)).toMatchObject([{ because: 'replaced' }, { because: 'replaced' }]);
    expect(third.closed).toBeNull();
    await third.leave();
  });

  it('of one host that connect at the same moment end with one that is told commands', async () => {
    const host = await enrol(one);
    const agents = await Promise.all([one, other, one, other].map(({ url }) => TestAgent.connect(url, host)));
    const open = () => agents.filter(({ closed }) => closed === null);
    await eventually('one is left', () => open().length === 1);
    const commandId = newId();
    await issue(host, commandId);
    await eventually('it is told', () => open()[0]?.of('ping_test').length === 1);
    expect(agents.flatMap((agent) => agent.of('ping_test'))).toHaveLength(1);
    await open()[0]?.leave();
  });

  it('whose gateways both believe that they hold the newest are told once', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    // As if a newer socket had been opened at a gateway that this one has not heard of.
    await installation.rows('update agent_sockets set connection_id = $2 where host_id = $1', [host.id, newId()]);
    const stale = newId();
    await issue(host, stale);
    const fresh = await TestAgent.connect(other.url, host);
    await issue(host, newId());
    await eventually('the newer is told', () => fresh.of('ping_test').length === 1);
    expect(agent.of('ping_test')).toEqual([]);
    expect(told(agentCommandSentV1.type, stale)).toEqual([]);
    await fresh.leave();
  });

  it('tell of their work, in order, bounded and readable', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    agent.send('{"type":"docker_status","x":1}');
    agent.send('no JSON');
    agent.send('{"type":7}');
    agent.send('[]');
    agent.socket.send(Buffer.from([0xff, 0xfe]), { binary: true });
    agent.progress('started', { profile_name: 'level1_server' });
    agent.progress('evaluating', { message: 'a\u0000b\nc', progress: 15 });
    agent.progress('failed', { error: 'x'.repeat(10_000), progress: 0 });
    const events = () =>
      told<{ phase: string; message: string; error: string | null }>(agentProgressedV1.type, host.id);
    await eventually('it is told', () => events().length === 3);
    expect(events()).toMatchObject([
      { hostId: host.id, apiId: host.apiId, phase: 'started', profileName: 'level1_server', progress: 5, error: null },
      { phase: 'evaluating', message: 'a b c', progress: 15 },
      { phase: 'failed', progress: 0 },
    ]);
    expect(events()[2]?.error).toHaveLength(2_000);
    await agent.leave();
  });

  it('that send too much are read as far as it is sensible, and frames beyond the limit end the connection', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    for (let n = 0; n < 500; n += 1) agent.progress('evaluating', { progress: n / 5 });
    await eventually('something is told', () => told(agentProgressedV1.type, host.id).length > 0);
    agent.send(`"${'x'.repeat(524_288)}"`);
    expect((await agent.ended()).code).toBe(1009);
    await eventually('its end is told', () => told(agentDisconnectedV1.type, host.id).length > 0);
    expect(told(agentProgressedV1.type, host.id).length).toBeLessThan(100);
    expect((await one.send('GET', '/livez')).status).toBe(200);
  });

  it('are heard of while they are connected', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    const heard = await eventually('a heartbeat', () =>
      bus
        .ofType(heartbeatsReceivedV1.type)
        .flatMap(({ data }) => (data as { heartbeats: { id: string }[] }).heartbeats)
        .find(({ id }) => id === host.apiId),
    );
    expect(heard).toMatchObject({ dialect: 'patchmon', connected: true });
    await agent.leave();
  });

  it('are hung up on when their key is revoked, at every gateway at once', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(other.url, host);
    expect((await one.send('DELETE', `/api/v1/hosts/${host.id}`)).status).toBe(204);
    expect(await agent.ended()).toEqual({ code: 1008, reason: 'credentials revoked' });
    await eventually(
      'it is refused from then on',
      async () => (await refusal(other.url, credentialsOf(host))).status === 401,
    );
    await eventually('its end is told', () => told(agentDisconnectedV1.type, host.id).length > 0);
    expect(told(agentDisconnectedV1.type, host.id)).toMatchObject([{ because: 'revoked' }]);
  });

  it('keep their connection while a key is replaced with an overlap, and may use either', async () => {
    const host = await enrol(one);
    const agent = await TestAgent.connect(other.url, host);
    const rotated = await one.send<EnrolledHost>('POST', `/api/v1/hosts/${host.id}/credentials`, {
      json: { overlapSeconds: 3600 },
    });
    const renewed = await TestAgent.connect(one.url, rotated.body);
    expect((await agent.ended()).code).toBe(4409);
    expect(renewed.closed).toBeNull();
    await renewed.leave();
    const again = await TestAgent.connect(other.url, host);
    expect(again.closed).toBeNull();
    await one.send('POST', `/api/v1/hosts/${host.id}/credentials`, { json: { overlapSeconds: 0 } });
    expect((await again.ended()).code).toBe(1008);
  });

  it('come back under the name of the host that theirs turned out to be', async () => {
    const [own, same] = [await enrol(one, { hostname: 'db-01' }), await enrol(one, { hostname: 'db-01' })];
    const agent = await TestAgent.connect(one.url, own);
    const names = [own, same].map(({ apiId }) => ({ dialect: 'patchmon' as const, id: apiId }));
    const host = { hostId: same.id, hostname: 'db-01', friendlyName: 'db-01', groups: [], externalIds: names };
    const settings = { complianceMode: 'on-demand' as const, openscap: true, dockerBench: false, docker: false };
    await compliance.transactions.run('default', async (tx) => {
      tx.publish(
        hostChangedV1,
        { host, joined: [own.id], ...settings, tenantUsers: [], removed: false },
        { version: 1 },
      );
    });
    expect((await agent.ended()).code).toBe(1012);
    const back = await TestAgent.connect(other.url, own);
    await eventually('it is told', () => told(agentConnectedV1.type, same.id).length > 0);
    const commandId = newId();
    await issue(same, commandId);
    await eventually('it is written', () => back.of('ping_test').length === 1);
    await back.leave();
  });

  it('connect over TLS as well', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'assay-tls-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    execFileSync('openssl', [...made, '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const secure = await installation.gateway({ TLS_KEY_FILE: key, TLS_CERT_FILE: cert });
    const agent = await TestAgent.connect(secure.url, await enrol(one), { rejectUnauthorized: false });
    expect(secure.url).toMatch(/^https:/);
    expect(agent.frames).toEqual([{ type: 'connected' }]);
    await agent.leave();
    await secure.stop();
    rmSync(directory, { recursive: true });
  });

  it('are told to come back when their gateway ends, and are found wherever they come back to', async () => {
    const third = await installation.gateway();
    const hosts = [await enrol(one), await enrol(one)];
    const agents = await Promise.all(hosts.map((host) => TestAgent.connect(third.url, host)));
    await third.stop();
    for (const agent of agents) expect((await agent.ended()).code).toBe(1012);
    for (const host of hosts) {
      await eventually('its end is told', () => told(agentDisconnectedV1.type, host.id).length > 0);
      expect(told(agentDisconnectedV1.type, host.id)).toMatchObject([{ because: 'shutdown' }]);
    }
    const back = await TestAgent.connect(one.url, hosts[0]!);
    const commandId = newId();
    await issue(hosts[0]!, commandId);
    await eventually('it is written', () => back.of('ping_test').length === 1);
    await back.leave();
  });
});
