import { agentCommandIssuedV1, agentProgressedV1, hostEnrolledV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf, enrol, refusal, TestAgent, Watcher } from './agents.js';
import { type Gateway, Installation } from './harness.js';

/** What bcrypt at cost 12 takes is a quarter of a second; a whole refused call here must be far from that. */
const mostCpuMsPerCall = 100;

/** `wire/patchmon.md` §9, as far as the gateway answers for it. Each test is named as the line there. */
describe('PatchMon’s weaknesses that the door does not have', () => {
  let installation: Installation;
  let one: Gateway;
  let other: Gateway;

  beforeAll(async () => {
    installation = await Installation.make();
    one = await installation.gateway({ COMPLIANCE_URL: 'http://127.0.0.1:9' });
    other = await installation.gateway({ COMPLIANCE_URL: 'http://127.0.0.1:9' });
  });
  afterAll(() => installation.stop());

  it('rate limit keyed on a header that is not yet verified: an attacker rotates it freely, or exhausts a victim’s budget', async () => {
    const victim = await enrol(one);
    const guessed = { 'x-api-id': victim.apiId, 'x-api-key': 'f'.repeat(64) };
    const attacks = await Promise.all(Array.from({ length: 50 }, () => refusal(one.url, guessed)));
    expect(new Set(attacks.map(({ status }) => status))).toEqual(new Set([401]));
    const agent = await TestAgent.connect(one.url, victim);
    expect(agent.frames).toEqual([{ type: 'connected' }]);
    // The budget is the verified credential's own: who has it and connects too often is told so, another host is not.
    const hasty = await enrol(one);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const connected = TestAgent.connect(one.url, hasty).then(() => 101);
        const refused = refusal(one.url, credentialsOf(hasty)).then(({ status }) => status);
        return Promise.race([connected, refused]);
      }),
    );
    expect(statuses).toContain(429);
    expect(agent.closed).toBeNull();
    await agent.leave();
  });

  it('bcrypt at cost 12 for every agent call: cheap way to burn server CPU', async () => {
    const host = await enrol(one);
    const call = async (headers: Record<string, string>): Promise<number> =>
      (await one.send('GET', '/api/v1/hosts/integrations', { headers })).status;
    await call(credentialsOf(host));
    const before = process.cpuUsage();
    const calls = 100;
    for (let n = 0; n < calls; n += 1) {
      const apiKey = n.toString(16).padStart(64, '0');
      expect(await call({ 'x-api-id': host.apiId, 'x-api-key': apiKey })).toBe(401);
    }
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / calls).toBeLessThan(mostCpuMsPerCall);
  });

  it('legacy clear-text keys remain accepted without expiry', async () => {
    const host = await enrol(one);
    await installation.rows('update credentials set hash = $2 where host_id = $1', [host.id, host.apiKey]);
    expect((await refusal(other.url, credentialsOf(host))).status).toBe(401);
    const hashes = await installation.rows<{ hash: string }>('select hash from credentials where host_id <> $1', [
      host.id,
    ]);
    for (const { hash } of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('websocket registry lives in memory of one process: no second node', async () => {
    const compliance = await installation.service('compliance');
    const host = await enrol(one);
    const agent = await TestAgent.connect(other.url, host);
    await eventually('a command reaches it', async () => {
      await compliance.transactions.run('default', async (tx) => {
        const command = {
          commandId: newId(),
          hostId: host.id,
          apiId: host.apiId,
          attempt: 1,
          frame: { type: 'report_now' },
        };
        tx.publish(agentCommandIssuedV1, { ...command, issuedAt: new Date().toISOString() });
      });
      return agent.of('report_now').length > 0;
    });
    expect(agent.closed).toBeNull();
    await agent.leave();
  });

  it('v2: progress messages are dropped, so no live view', async () => {
    const host = await enrol(one);
    const watcher = await Watcher.open(one.url, host.apiId, { 'x-api-key': one.adminKey });
    const agent = await TestAgent.connect(other.url, host);
    for (const phase of ['started', 'evaluating', 'parsing', 'sending', 'completed']) agent.progress(phase);
    await eventually('it is shown', () => watcher.events.length === 6);
    expect(watcher.events.map(({ phase }) => phase)).toEqual([
      'connected',
      'started',
      'evaluating',
      'parsing',
      'sending',
      'completed',
    ]);
    watcher.leave();
    await agent.leave();
  });

  it('the brief promises per-host visibility and admin-only triggers: not implemented', async () => {
    const host = await enrol(one, { tenantUsers: ['Kim'] });
    const status = async (name: string): Promise<number> => {
      const key = await one.key({ role: 'viewer', name });
      const watcher = await Watcher.open(one.url, host.apiId, { 'x-api-key': key });
      watcher.leave();
      return watcher.response.status;
    };
    expect([await status('Kim'), await status('Lee')]).toEqual([200, 404]);
    const viewer = { 'x-api-key': await one.key({ role: 'viewer' }) };
    expect((await one.send('POST', '/api/v1/hosts', { json: { hostname: 'x' }, headers: viewer })).status).toBe(403);
    expect((await one.send('DELETE', `/api/v1/hosts/${host.id}`, { headers: viewer })).status).toBe(403);
  });

  it('scan text from hosts is stored unbounded and trusted as display text', async () => {
    const bus = await BusRecorder.start(installation.prefix);
    const host = await enrol(one);
    const agent = await TestAgent.connect(one.url, host);
    const nasty = `\u202E\u0000\u001b[2J${'x'.repeat(100_000)}`;
    agent.progress(nasty, { profile_name: nasty, message: nasty, error: nasty });
    const [event] = await eventually('it is told', () => {
      const events = bus.ofType(agentProgressedV1.type).filter(({ subject }) => subject === host.id);
      return events.length > 0 && events;
    });
    const { phase, profileName, message, error } = event!.data as Record<string, string>;
    expect([phase, profileName, message, error].map((text) => text?.length)).toEqual([64, 256, 2_000, 2_000]);
    expect(message).toMatch(/^\[2Jx+$/);
    await agent.leave();
    await bus.stop();
  });

  it('docker bench runs with host namespaces and a read-write docker socket: never unless an admin wants it, who is told', async () => {
    const host = await enrol(one);
    const [enrolled] = await installation.rows<{ data: object }>(
      `select envelope::jsonb -> 'data' as data from outbox
        where envelope::jsonb ->> 'type' = $1 and envelope::jsonb -> 'data' ->> 'hostId' = $2`,
      [hostEnrolledV1.type, host.id],
    );
    expect(enrolled!.data).toMatchObject({ dockerBench: false, docker: false });
    const { body } = await one.send<{ components: { schemas: Record<string, Schema> } }>('GET', '/openapi.json');
    const { dockerBench } = body.components.schemas['EnrolHostDto']!.properties;
    expect(dockerBench).toMatchObject({ default: false });
    expect(dockerBench!.description).toMatch(/namespaces of the host.*Docker socket/);
  });
});

interface Schema {
  readonly properties: Record<string, { readonly description: string }>;
}
