import { hostChangedV1 } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrol, type EnrolledHost, TestAgent, Watcher } from './agents.js';
import { type Gateway, Installation } from './harness.js';

describe('a browser that watches an agent', () => {
  let installation: Installation;
  let one: Gateway;
  let other: Gateway;
  let host: EnrolledHost;
  let viewer: string;

  beforeAll(async () => {
    installation = await Installation.make();
    one = await installation.gateway();
    other = await installation.gateway();
    host = await enrol(one, { groups: ['web'] });
    viewer = await one.key({ role: 'viewer', name: 'Kim' });
  });
  afterAll(() => installation.stop());

  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

  it('sees what the agent says, whichever gateways the two have come to', async () => {
    const watchers = [
      await Watcher.open(one.url, host.apiId, bearer(viewer)),
      await Watcher.open(other.url, host.apiId, {}, `?token=${viewer}`),
      await Watcher.open(other.url, host.apiId, { cookie: `theme=dark; token=${viewer}` }),
    ];
    expect(watchers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    const agent = await TestAgent.connect(one.url, host);
    agent.progress('started', { profile_name: 'level1_server' });
    agent.progress('completed', { progress: 100, message: 'Score: 78.3%' });
    for (const { events } of watchers) {
      await eventually('it is told', () => events.length === 3);
      expect(events[0]).toMatchObject({ phase: 'connected' });
      expect(events.slice(1)).toMatchObject([
        { phase: 'started', profile_name: 'level1_server', progress: 5, error: null },
        { phase: 'completed', profile_name: null, progress: 100, message: 'Score: 78.3%' },
      ]);
    }
    const { headers } = watchers[0]!.response;
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    for (const watcher of watchers) watcher.leave();
    await agent.leave();
  });

  it('is refused without a key that may read, and is told of no host that it may not see', async () => {
    const status = async (headers: Record<string, string>, apiId = host.apiId, query = ''): Promise<number> => {
      const { response, leave } = await Watcher.open(one.url, apiId, headers, query);
      leave.call({ left: { abort: () => undefined } });
      return response.status;
    };
    expect(await status({})).toBe(401);
    expect(await status({}, host.apiId, '?token=wrong')).toBe(401);
    expect(await status(bearer(await one.key({ role: 'agent' })))).toBe(403);
    expect(await status(bearer(await one.key({ role: 'ci' })))).toBe(403);
    expect(await status(bearer(viewer), 'patchmon_0000000000000000')).toBe(404);
    expect(await status(bearer(await one.key({ role: 'viewer', scope: { hosts: ['db-01'] } })))).toBe(404);
    expect(await status(bearer(await one.key({ role: 'viewer', scope: { hosts: ['group:web'] } })))).toBe(200);
    await one.send('POST', '/api/v1/tenants', { json: { slug: 'other' } });
    expect(await status(bearer(await one.key({ role: 'viewer' }, 'other')))).toBe(404);
    const shown = await enrol(one, { tenantUsers: ['Kim'] });
    expect(await status(bearer(viewer), shown.apiId)).toBe(200);
    expect(await status(bearer(await one.key({ role: 'viewer', name: 'Lee' })), shown.apiId)).toBe(404);
    expect(await status({ 'x-api-key': one.adminKey }, shown.apiId)).toBe(200);
  });

  it('says in PatchMon’s words what is wrong', async () => {
    const { response } = await Watcher.open(one.url, 'patchmon_0000000000000000', bearer(viewer));
    expect(await response.json()).toEqual({ error: 'Host not found' });
  });

  it('has a token in its address that is good for nothing else, is kept nowhere and handed on to nobody', async () => {
    const watcher = await Watcher.open(one.url, host.apiId, {}, `?token=${viewer}`);
    const { headers } = watcher.response;
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    const elsewhere = await fetch(`${one.url}/api/v1/receipts/x?token=${viewer}`);
    expect(elsewhere.status).toBe(401);
    const refused = await fetch(`${one.url}/api/v1/ws/compliance-progress/x/stream?token=secret-in-an-address`);
    expect(await refused.text()).not.toContain('secret-in-an-address');
    const kept = await installation.rows(
      `select id from outbox where envelope like '%' || $1 || '%' or envelope like '%secret-in-an-address%'`,
      [viewer],
    );
    expect(kept).toEqual([]);
    watcher.leave();
  });

  it('may have so many streams and no more', async () => {
    const key = await one.key({ role: 'viewer' });
    const watchers = [];
    for (let n = 0; n < 20; n += 1) watchers.push(await Watcher.open(one.url, host.apiId, bearer(key)));
    expect(watchers.map(({ response }) => response.status)).toEqual(watchers.map(() => 200));
    const { response } = await Watcher.open(one.url, host.apiId, bearer(key));
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: expect.any(String) as string });
    watchers.pop()?.leave();
    await eventually('one has gone', async () => {
      const next = await Watcher.open(one.url, host.apiId, bearer(key));
      watchers.push(next);
      return next.response.status === 200;
    });
    for (const watcher of watchers) watcher.leave();
  });

  it('watches no longer when its key is revoked', async () => {
    const made = await one.send<{ id: string; key: string }>('POST', '/api/v1/api-keys', {
      json: { name: 'short', role: 'viewer' },
    });
    const watcher = await Watcher.open(other.url, host.apiId, bearer(made.body.key));
    await one.send('DELETE', `/api/v1/api-keys/${made.body.id}`);
    expect(await eventually('it is ended', () => watcher.isEnded)).toBe(true);
  });

  it('watches no longer when the host is not shown to it any more', async () => {
    const own = await enrol(one);
    const watcher = await Watcher.open(one.url, own.apiId, bearer(viewer));
    const compliance = await installation.service('compliance');
    const ref = { hostId: own.id, hostname: 'web-01', friendlyName: 'Web', groups: [] };
    const settings = { complianceMode: 'on-demand' as const, openscap: true, dockerBench: false, docker: false };
    const hide = async (version: number): Promise<void> =>
      compliance.transactions.run('default', async (tx) => {
        const named = { ...ref, externalIds: [{ dialect: 'patchmon' as const, id: own.apiId }] };
        tx.publish(
          hostChangedV1,
          { host: named, joined: [], ...settings, tenantUsers: ['Lee'], removed: false },
          { version },
        );
      });
    let version = 0;
    // The gateways listen to compliance's stream from its beginning on, which is now.
    const isEnded = await eventually('it is ended', async () => {
      await hide((version += 1));
      return watcher.isEnded;
    });
    expect(isEnded).toBe(true);
  });

  it('is let go when the gateway ends', async () => {
    const third = await installation.gateway();
    const watcher = await Watcher.open(third.url, host.apiId, bearer(viewer));
    await third.stop();
    expect(await eventually('it is ended', () => watcher.isEnded)).toBe(true);
  });
});
