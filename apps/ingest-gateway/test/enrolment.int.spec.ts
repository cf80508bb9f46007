import { apiKeyRevokedV1, hostChangedV1, hostEnrolledV1, hostRemovedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusRecorder, eventually } from '@assay/testing';
import { aSignal } from './santamon-agent.js';
import { type Answer, type Gateway, Installation, type PublishingService } from './harness.js';

interface Enrolled {
  readonly id: string;
  readonly apiId: string;
  readonly apiKey: string;
  readonly install: string;
  readonly config: string | null;
}

describe('enrolling a host', () => {
  let installation: Installation;
  let gateway: Gateway;
  let compliance: PublishingService;

  beforeAll(async () => {
    installation = await Installation.make();
    gateway = await installation.gateway({ COMPLIANCE_URL: 'http://127.0.0.1:9' });
    compliance = await installation.service('compliance');
  });
  afterAll(() => installation.stop());

  async function enrol(body: object = {}, headers: Record<string, string> = {}): Promise<Answer<Enrolled>> {
    return gateway.send<Enrolled>('POST', '/api/v1/hosts', { json: { hostname: 'web-01', ...body }, headers });
  }

  /** Whether a pair opens the door: agents' routes of other services answer 503 while those are away. */
  async function opens({ apiId, apiKey }: Pick<Enrolled, 'apiId' | 'apiKey'>): Promise<boolean> {
    const headers = { 'x-api-id': apiId, 'x-api-key': apiKey };
    const { status } = await gateway.send('GET', '/api/v1/hosts/integrations', { headers });
    return status === 503;
  }

  it('gives a pair once, and its keyed hash alone is kept', async () => {
    const { status, body } = await enrol({ friendlyName: 'Web 1', groups: ['web'], dockerBench: true });
    expect(status).toBe(201);
    expect(body.apiId).toMatch(/^patchmon_[0-9a-f]{16}$/);
    expect(body.apiKey).toMatch(/^[0-9a-f]{64}$/);
    expect(body.install).toContain(`${body.apiId} ${body.apiKey} ${gateway.url}`);
    expect(await opens(body)).toBe(true);
    const rows = await installation.rows<{ kind: string; role: string; scope: object; row: string }>(
      `select kind, role, scope, c::text as row from credentials c where host_id = $1`,
      [body.id],
    );
    expect(rows).toMatchObject([{ kind: 'patchmon', role: 'agent', scope: { hosts: [body.id] } }]);
    expect(rows[0]?.row).not.toContain(body.apiKey);
    expect(await enrolledEvent(body.id)).toMatchObject({
      apiId: body.apiId,
      friendlyName: 'Web 1',
      complianceMode: 'on-demand',
      openscap: true,
      dockerBench: true,
      docker: true,
      groups: ['web'],
      externalIds: [{ dialect: 'patchmon', id: body.apiId }],
    });
  });

  async function enrolledEvent(hostId: string): Promise<object> {
    const rows = await installation.rows<{ data: object }>(
      `select envelope::jsonb -> 'data' as data from outbox
        where envelope::jsonb ->> 'type' = $1 and envelope::jsonb -> 'data' ->> 'hostId' = $2`,
      [hostEnrolledV1.type, hostId],
    );
    return rows[0]?.data ?? {};
  }

  it('repeated with the same Idempotency-Key gives the same host and the same key, another body none', async () => {
    const headers = { 'idempotency-key': newId() };
    const [first, again] = await Promise.all([enrol({}, headers), enrol({}, headers)]);
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect((await enrol({ hostname: 'web-02' }, headers)).status).toBe(409);
    const kept = await installation.rows<{ row: string }>('select k::text as row from idempotency_keys k');
    expect(kept.filter(({ row }) => row.includes(first.body.apiKey))).toEqual([]);
  });

  it('is for admins, and names what is wrong', async () => {
    const headers = { 'x-api-key': await gateway.key({ role: 'analyst' }) };
    expect((await enrol({}, headers)).status).toBe(403);
    const limited = { 'x-api-key': await gateway.key({ role: 'admin', scope: { hosts: ['web-07'] } }) };
    expect((await enrol({}, limited)).status).toBe(403);
    expect((await enrol({ hostname: 'a\nb' })).status).toBe(422);
    expect((await enrol({ complianceMode: 'sometimes' })).status).toBe(422);
  });

  it('gives Santamon’s agent a key that is bound to what the agent calls its host', async () => {
    const { body } = await enrol({ agent: 'santamon', hostname: 'mbp-07', agentId: 'mbp-finance-07' });
    expect(body).toMatchObject({ apiId: null });
    expect(body.config).toContain(`endpoint: "${gateway.url}/santamon/ingest"`);
    const rows = await installation.rows('select kind, scope from credentials where host_id = $1', [body.id]);
    expect(rows).toEqual([{ kind: 'santamon', scope: { repositories: [], hosts: [body.id, 'mbp-finance-07'] } }]);
    const headers = { 'x-api-key': body.apiKey };
    const ingest = async (hostId: string) =>
      gateway.send('POST', '/santamon/ingest', { headers, json: aSignal({ host_id: hostId, signal_id: newId() }) });
    expect((await ingest('mbp-finance-07')).status).toBe(200);
    await ingest('somebody-else');
    const taken = await installation.rows('select count(*)::int as count from signal_ids');
    expect(taken).toEqual([{ count: 1 }]);
  });

  it('rotates the key: both are good during the overlap, without one the old ends at once', async () => {
    const { body: first } = await enrol();
    const rotate = (json: object) => gateway.send<Enrolled>('POST', `/api/v1/hosts/${first.id}/credentials`, { json });
    const second = await rotate({ overlapSeconds: 3600 });
    expect(second.status).toBe(201);
    expect(second.body.apiId).toBe(first.apiId);
    expect([await opens(first), await opens(second.body)]).toEqual([true, true]);
    // The key of another agent on the same host is not what is replaced.
    await installation.rows(`update credentials set host_id = $1 where kind = 'santamon'`, [first.id]);
    const third = await rotate({ overlapSeconds: 0 });
    expect([await opens(first), await opens(second.body), await opens(third.body)]).toEqual([false, false, true]);
    const kept = `select kind from credentials where host_id = $1 and revoked_at is null order by kind`;
    expect(await installation.rows(kept, [first.id])).toEqual([{ kind: 'patchmon' }, { kind: 'santamon' }]);
    expect((await rotate({ overlapSeconds: -1 })).status).toBe(422);
    expect((await gateway.send('POST', `/api/v1/hosts/${first.id}/credentials`)).status).toBe(201);
    expect((await gateway.send('POST', `/api/v1/hosts/${newId()}/credentials`)).status).toBe(404);
  });

  it('removes a host with all that opens the door for it', async () => {
    const { body: host } = await enrol();
    const bus = await BusRecorder.start(installation.prefix);
    expect((await gateway.send('DELETE', `/api/v1/hosts/${host.id}`)).status).toBe(204);
    expect(await opens(host)).toBe(false);
    expect((await gateway.send('DELETE', `/api/v1/hosts/${host.id}`)).status).toBe(404);
    await eventually(
      'both events',
      () => bus.ofType(hostRemovedV1.type).length === 1 && bus.ofType(apiKeyRevokedV1.type).length === 1,
    );
    await bus.stop();
  });

  it('keeps what compliance says of hosts, in the order of their versions, and joins them', async () => {
    const [{ body: one }, { body: other }] = [await enrol({ hostname: 'db-01' }), await enrol({ hostname: 'db-01' })];
    const ref = { hostId: one.id, hostname: 'db-01', friendlyName: 'DB', groups: ['db'] };
    const settings = { complianceMode: 'enabled' as const, openscap: false, dockerBench: false, docker: false };
    const say = async (version: number, joined: string[], ids: string[]) =>
      compliance.transactions.run('default', async (tx) => {
        const externalIds = ids.map((id) => ({ dialect: 'patchmon' as const, id }));
        const host = { ...ref, externalIds };
        const data = { host, joined, ...settings, openscap: version > 2, tenantUsers: [], removed: false };
        tx.publish(hostChangedV1, data, { version });
      });
    await say(3, [other.id], [one.apiId, other.apiId]);
    await say(2, [], [one.apiId]);
    const scopeOf = async () =>
      installation.rows<{ hosts: string[] }>(
        `select scope -> 'hosts' as hosts from credentials where name = 'agent of db-01' order by id`,
      );
    await eventually('they move', async () => (await scopeOf()).every(({ hosts }) => hosts[0] === one.id));
    const rows = await installation.rows(
      `select host_id as "hostId", openscap, removed, version from agent_hosts where hostname = 'db-01' order by host_id`,
    );
    expect(rows).toEqual([
      { hostId: one.id, openscap: true, removed: false, version: 3 },
      { hostId: other.id, openscap: true, removed: true, version: 0 },
    ]);
    expect(await opens(other)).toBe(true);
  });
});
