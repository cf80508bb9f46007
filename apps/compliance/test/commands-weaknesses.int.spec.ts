import { agentCommandChangedV1 } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Agent,
  alice,
  anAdmin,
  bob,
  commandIds,
  CommandsInstallation,
  type Reply,
} from './commands-installation.js';

/** The lines of `wire/patchmon.md` §9 that are about commands to agents, in its words. */

let installation: CommandsInstallation;
beforeAll(async () => {
  installation = await CommandsInstallation.start(1, { SCAN_TRIGGER_INTERVAL: '5m' });
});
afterAll(() => installation.stop());

const tenant = 'acme';
const content = 'xccdf_org.ssgproject.content_profile_';
const anAgent = async (changes: Parameters<CommandsInstallation['enrol']>[1] = {}): Promise<Agent> => {
  const agent = await installation.enrol(tenant, changes);
  await agent.connect();
  return agent;
};
const tells = async ({ hostId }: Agent, osInfo: object, profiles: readonly unknown[]): Promise<void> => {
  const sql = 'update hosts set os_info = $2, scanner_info = $3 where id = $1';
  await installation.rows(sql, [hostId, JSON.stringify(osInfo), JSON.stringify({ available_profiles: profiles })]);
};
const post = async (path: string, body?: object, caller = alice): Promise<{ status: number; body: Reply }> => {
  const { status, body: answer } = await installation.ask(tenant, caller, 'POST', path, body);
  return { status, body: answer };
};

describe('weakness: trigger options are lost when a queued job is promoted on connect', () => {
  it('here they wait with the command, docker bench beside OpenSCAP included', async () => {
    const agent = await installation.enrol(tenant, { dockerBench: true });
    const options = { profile_type: 'all', profile_id: 'level2_server', fetch_remote_resources: true };
    const [first, second] = commandIds(await agent.trigger(options));
    await agent.connect();
    expect((await agent.take()).frame).toMatchObject({
      profile_id: 'level2_server',
      fetch_remote_resources: true,
      openscap_enabled: true,
      docker_bench_enabled: false,
    });
    await agent.submit({ profile_name: 'level2_server' });
    await agent.becomes(first!, 'completed');
    expect((await agent.take(2)).frame).toMatchObject({ openscap_enabled: false, docker_bench_enabled: true });
    await agent.submit({ profile_name: 'Docker Bench for Security', profile_type: 'docker-bench' });
    await agent.becomes(second!, 'completed');
    expect((await agent.scans()).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});

describe('weakness: a second trigger gives 500', () => {
  it('here it is the first one, until that has begun', async () => {
    const agent = await installation.enrol(tenant);
    const first = await agent.trigger();
    const second = await agent.trigger({ profile_type: 'openscap' });
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ queued: true, already_queued: true, job_id: first.body['job_id'] });
    expect(commandIds(second)).toEqual(commandIds(first));
    await agent.connect();
    await agent.take();
    expect((await agent.trigger({}, bob)).body).toMatchObject({ already_queued: true });
    expect(await agent.commands()).toHaveLength(1);
  });
});

describe('weakness: the agent ignores profile_type and substitutes missing profiles silently', () => {
  it('here flags and id say what runs', async () => {
    const agent = await anAgent({ dockerBench: true });
    await agent.trigger({ profile_type: 'docker-bench' });
    expect((await agent.asked(1)).frame).toMatchObject({
      profile_id: 'docker-bench',
      openscap_enabled: false,
      docker_bench_enabled: true,
    });
  });

  it('here a profile that the content lacks is refused, with those that it has', async () => {
    const agent = await anAgent();
    await tells(agent, { family: 'debian', name: 'debian' }, [
      { id: 'standard', xccdf_id: `${content}standard`, type: 'openscap' },
      { id: 'docker-bench', type: 'docker-bench' },
    ]);
    const { status, body } = await agent.trigger({ profile_id: 'level2_server' });
    expect([status, body]).toEqual([
      400,
      { error: `The host's scanner content has no profile "level2_server". Must be one of: standard` },
    ]);
    expect((await agent.trigger({ profile_id: `${content}standard` })).status).toBe(200);
  });

  it('here a type that is none is refused', async () => {
    const agent = await anAgent();
    const { status, body } = await agent.trigger({ profile_type: 'nessus' });
    const error = 'Invalid profile_type. Must be one of: all, openscap, docker-bench, oscap-docker';
    expect([status, body]).toEqual([400, { error }]);
  });
});

describe('weakness: two on-demand scans can run side by side on an agent', () => {
  it('here the second waits for the end of the first', async () => {
    const agent = await anAgent();
    const [first] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('evaluating');
    await agent.becomes(first!, 'running');
    const reply = await agent.trigger({}, bob);
    const [second] = commandIds(reply);
    expect(second).not.toBe(first);
    expect(reply.body['message']).toContain('when the one that runs has ended');
    await installation.pass(agent.hostId, 600);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(agent.issued()).toHaveLength(1);
    await agent.submit();
    await agent.becomes(first!, 'completed');
    expect(await agent.take(2)).toMatchObject({ commandId: second, attempt: 1 });
    await agent.submit({ started_at: new Date(Date.now() + 1_000).toISOString() });
    await agent.becomes(second!, 'completed');
    expect(new Set((await agent.scans()).map(({ commandId }) => commandId))).toEqual(new Set([first, second]));
  });
});

describe('weakness: on the RHEL family the agent’s short names are swapped', () => {
  it.each([
    ['level1_server', `${content}cis_server_l1`],
    ['level2_server', `${content}cis`],
    [undefined, `${content}cis_server_l1`],
  ])('here %s is sent as %s', async (profile_id, sent) => {
    const agent = await anAgent();
    await tells(agent, { family: 'rhel', name: 'rocky' }, [
      { id: 'level1_server', xccdf_id: `${content}cis`, type: 'openscap' },
      { id: 'cis_server_l1', xccdf_id: `${content}cis_server_l1`, type: 'openscap' },
    ]);
    expect((await agent.trigger({ profile_id })).status).toBe(200);
    expect((await agent.asked(1)).frame['profile_id']).toBe(sent);
  });
});

describe('weakness: invalid commands are dropped by the agent with no feedback', () => {
  it.each([
    [{ profile_id: 'a b' }, 'Invalid profile_id'],
    [{ profile_id: 'x'.repeat(257) }, 'Invalid profile_id'],
    [{ profile_type: 'oscap-docker', image_name: '-v /:/host' }, 'Invalid image_name'],
    [{ profile_type: 'oscap-docker', container_name: 'a/b' }, 'Invalid container_name'],
    [{ enable_remediation: 'yes' }, 'enable_remediation must be a boolean'],
  ])('here %j is refused at once', async (body, error) => {
    const agent = await anAgent();
    const reply = await agent.trigger(body);
    expect([reply.status, reply.body]).toEqual([400, { error: expect.stringContaining(error) }]);
    const rule = await post(`remediate/${agent.hostId}`, { rule_id: 'rule; rm -rf' });
    expect([rule.status, rule.body]).toEqual([400, { error: expect.stringContaining('Invalid rule_id') }]);
    expect(agent.issued()).toEqual([]);
  });

  it('here a scan that an agent never answers fails after five frames, and says so', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    for (let times = 1; times <= 5; times += 1) {
      await agent.take(times);
      await eventually('written', async () => (await agent.command(id!))['writes'] === times);
      await installation.pass(agent.hostId, 60);
    }
    expect(await agent.becomes(id!, 'failed')).toMatchObject({ error: 'The agent was told 5 times and did not react' });
    expect(await agent.scans()).toMatchObject([{ status: 'failed' }]);
  });
});

describe('weakness: an oscap-docker trigger runs an ordinary host scan', () => {
  it('here it is a scan of images, for an agent that is there', async () => {
    const agent = await installation.enrol(tenant);
    const body = { profile_type: 'oscap-docker', image_name: 'registry.example/a:1' };
    const away = await agent.trigger(body);
    expect([away.status, away.body]).toEqual([400, { error: 'Host is not connected' }]);
    await agent.connect();
    const { body: reply } = await agent.trigger(body);
    expect(reply).toMatchObject({
      host_id: agent.hostId,
      ...body,
      scan_all_images: false,
      message: expect.any(String),
    });
    expect((await agent.take()).frame).toEqual({
      type: 'docker_image_scan',
      image_name: 'registry.example/a:1',
      container_name: '',
      scan_all_images: false,
    });
    const [{ id }] = reply['commands'] as [{ id: string }];
    await agent.submit({ profile_name: 'Docker Image CVE Scan: registry.example/a:1', profile_type: 'oscap-docker' });
    await agent.becomes(id, 'completed');
  });
});

describe('weakness: a docker bench result hides a still running OpenSCAP scan', () => {
  it('here the command goes on until both have answered', async () => {
    const agent = await anAgent({ dockerBench: true });
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('evaluating');
    await agent.submit({ profile_name: 'Docker Bench for Security', profile_type: 'docker-bench' });
    await eventually('in part', async () => ((await agent.command(id!))['scanIds'] as string[]).length === 1);
    expect((await agent.scans()).map(({ status }) => status).toSorted()).toEqual(['completed', 'running']);
    await agent.submit();
    await agent.becomes(id!, 'completed');
    expect((await agent.scans()).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});

describe('weakness: command routes only need a login, any user can run remediation without approval or audit entry', () => {
  const routes = (hostId: string): string[] => [
    `trigger/${hostId}`,
    'trigger/bulk',
    `cancel/${hostId}`,
    `install-scanner/${hostId}`,
    `install-scanner/${hostId}/cancel`,
    `upgrade-ssg/${hostId}`,
    `remediate/${hostId}`,
  ];

  it.each(['viewer', 'analyst', 'ci', 'agent'] as const)('here %s may not', async (role) => {
    const agent = await installation.enrol(tenant);
    for (const path of routes(agent.hostId)) {
      const { status, body } = await post(path, { hostIds: [agent.hostId] }, anAdmin('x', { role }));
      expect([path, status, body]).toEqual([path, 403, { error: `The role "${role}" may not do this.` }]);
    }
  });

  it('here remediation waits for a second admin, and every step is an audited event', async () => {
    const agent = await anAgent();
    const { body } = await post(`remediate/${agent.hostId}`, { rule_id: 'xccdf_org.ssgproject.content_rule_x' });
    const [{ id, status }] = body['commands'] as [{ id: string; status: string }];
    expect(status).toBe('awaiting-approval');
    const own = await post(`commands/${id}/approve`);
    expect([own.status, own.body['code']]).toEqual([403, 'commands.own-request']);
    const sameKey = anAdmin('other-name', { credentialId: alice.credentialId });
    expect((await post(`commands/${id}/approve`, undefined, sameKey)).status).toBe(403);
    expect(agent.issued()).toEqual([]);

    const approved = await post(`commands/${id}/approve`, undefined, bob);
    expect(approved.body).toMatchObject({ status: 'queued', requestedBy: 'key:alice', approvedBy: 'key:bob' });
    expect((await agent.take()).frame).toEqual({
      type: 'remediate_rule',
      rule_id: 'xccdf_org.ssgproject.content_rule_x',
    });
    await agent.becomes(id, 'completed');
    await eventually('told', () => agent.told(id).at(-1) === 'completed');
    expect(agent.told(id)).toEqual(['awaiting-approval', 'queued', 'completed']);
    expect(agentCommandChangedV1.audited).toBe(true);
    const again = await post(`commands/${id}/approve`, undefined, bob);
    expect([again.status, again.body['code']]).toEqual([409, 'commands.not-awaiting-approval']);
  });

  it('here so does a scan that remediates, with a profile that is named', async () => {
    const agent = await anAgent();
    const reply = await agent.trigger({ enable_remediation: true });
    expect(reply.body).toMatchObject({ queued: true, enable_remediation: true, profile_id: 'level1_server' });
    const [id] = commandIds(reply);
    expect(agent.issued()).toEqual([]);
    await post(`commands/${id}/approve`, undefined, bob);
    expect((await agent.asked(1)).frame).toMatchObject({ enable_remediation: true, profile_id: 'level1_server' });
  });

  it('here what nobody approves ends after a day, and what somebody refuses at once', async () => {
    const agent = await anAgent();
    const [refused] = commandIds(await agent.trigger({ enable_remediation: true }));
    expect((await post(`commands/${refused}/refuse`, undefined, bob)).body).toMatchObject({ status: 'refused' });
    const [forgotten] = commandIds(await agent.trigger({ enable_remediation: true }, bob));
    await installation.pass(agent.hostId, 86_400);
    await agent.becomes(forgotten!, 'refused');
    expect(agent.issued()).toEqual([]);
  });
});

describe('weakness: per-host visibility is promised and not implemented', () => {
  it('here a host that is out of a credential’s scope is not there', async () => {
    const agent = await anAgent();
    const narrow = anAdmin('narrow', { scope: { repositories: null, hosts: ['group:web'] } });
    const reply = await agent.trigger({}, narrow);
    expect([reply.status, reply.body]).toEqual([404, { error: 'Host not found' }]);
    const [id] = commandIds(await agent.trigger());
    const list = await installation.ask(tenant, narrow, 'GET', 'commands');
    expect(list.body['items']).toEqual([]);
    expect((await installation.ask(tenant, narrow, 'GET', `commands/${id}`)).status).toBe(404);
    expect((await installation.ask('other', alice, 'GET', `commands/${id}`)).status).toBe(404);
    const viewer = anAdmin('eve', { role: 'viewer' });
    await installation.rows(`update hosts set tenant_users = '{key:dan}' where id = $1`, [agent.hostId]);
    expect((await installation.ask(tenant, viewer, 'GET', `install-job/${agent.hostId}`)).status).toBe(404);
    const dan = anAdmin('dan', { role: 'viewer' });
    expect((await installation.ask(tenant, dan, 'GET', `install-job/${agent.hostId}`)).status).toBe(200);
  });
});

describe('weakness: the rate limit is keyed on a header that is not yet verified', () => {
  it('here it goes by the credential: nobody spends another’s budget', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.submit();
    await agent.becomes(id!, 'completed');
    const again = await agent.trigger();
    expect([again.status, again.body]).toEqual([
      429,
      { error: 'Too many scan triggers for this host, please try again later' },
    ]);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(200);
    expect((await agent.trigger({}, bob)).status).toBe(200);
  });
});

describe('what a caller gets wrong', () => {
  it('is answered in PatchMon’s words', async () => {
    const malformed = await post('trigger/not-a-uuid');
    expect([malformed.status, malformed.body]).toEqual([400, { error: 'Invalid host ID format' }]);
    const unknown = await post('trigger/019a7c8c-e5c0-7001-8e56-ef446302ca01');
    expect([unknown.status, unknown.body]).toEqual([404, { error: 'Host not found' }]);
    const off = await installation.enrol(tenant, { complianceMode: 'disabled' });
    const disabled = await off.trigger();
    expect([disabled.status, disabled.body]).toEqual([400, { error: 'Compliance scanning is disabled for this host' }]);
    const dark = await installation.enrol(tenant, { openscap: false });
    const neither = await dark.trigger();
    expect([neither.status, neither.body]).toEqual([
      400,
      { error: 'Both scanners are switched off for this host, nothing was sent' },
    ]);
  });
});
