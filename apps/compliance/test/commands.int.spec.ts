import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, alice, bob, commandIds, CommandsInstallation } from './commands-installation.js';

let installation: CommandsInstallation;
beforeAll(async () => {
  installation = await CommandsInstallation.start(2);
});
afterAll(() => installation.stop());

const tenant = 'acme';
const anAgent = async (changes: Parameters<CommandsInstallation['enrol']>[1] = {}): Promise<Agent> => {
  const agent = await installation.enrol(tenant, changes);
  await agent.connect();
  return agent;
};

describe('a trigger', () => {
  it('is told to a connected agent at once and ends with its results, in one record', async () => {
    const agent = await anAgent();
    const reply = await agent.trigger();
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      success: true,
      host_id: agent.hostId,
      hostId: agent.hostId,
      queued: true,
      job_id: `compliance-scan-${agent.hostId}`,
      jobId: `compliance-scan-${agent.hostId}`,
      profile_type: 'all',
      enable_remediation: false,
    });
    const [id] = commandIds(reply);
    const issued = await agent.take();
    expect(issued).toMatchObject({ commandId: id, apiId: agent.apiId, attempt: 1, frame: { type: 'compliance_scan' } });
    expect(await agent.scans()).toMatchObject([{ status: 'running', commandId: id }]);

    await agent.progress('started');
    const running = await agent.becomes(id!, 'running');
    expect(running).toMatchObject({ phase: 'started', progress: 5 });
    const scanId = await agent.submit();
    expect(await agent.becomes(id!, 'completed')).toMatchObject({ scanIds: [scanId] });
    await agent.progress('completed', 'Scan completed! Score: 100.0%');
    expect(await agent.scans()).toMatchObject([{ id: scanId, status: 'completed', commandId: id }]);
    await eventually('told', () => agent.told(id!).at(-1) === 'completed');
    expect(agent.told(id!)).toEqual(['queued', 'sent', 'running', 'completed']);
  });

  it('for an agent that is away waits with all its options and goes when it connects', async () => {
    const agent = await installation.enrol(tenant);
    const options = { profile_type: 'openscap', profile_id: 'level2_server', fetch_remote_resources: true };
    const reply = await agent.trigger(options);
    expect(reply.body).toMatchObject({ queued: true, message: expect.stringContaining('not connected') });
    expect(agent.issued()).toEqual([]);
    await agent.connect();
    expect((await agent.asked(1)).frame).toEqual({
      type: 'compliance_scan',
      ...options,
      enable_remediation: false,
      openscap_enabled: true,
      docker_bench_enabled: false,
    });
  });

  it('that no gateway writes within five seconds waits again, and is not lost', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.asked(1);
    await installation.pass(agent.hostId, 5);
    await eventually('put off', async () => {
      const [row] = await installation.rows<{ at: Date | null }>(
        'select issued_at as at from agent_commands where id = $1',
        [id],
      );
      return row!.at === null;
    });
    await installation.pass(agent.hostId, 10);
    expect(await agent.asked(2)).toMatchObject({ commandId: id, attempt: 2 });
  });

  it('is written again only after 60 s without a word, as the next attempt', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await installation.pass(agent.hostId, 55);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(agent.issued()).toHaveLength(1);
    await installation.pass(agent.hostId, 5);
    expect(await agent.take(2)).toMatchObject({ commandId: id, attempt: 2 });
    await agent.progress('started');
    await agent.becomes(id!, 'running');
    await installation.pass(agent.hostId, 44 * 60);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(agent.issued()).toHaveLength(2);
    const scanId = await agent.submit();
    await agent.becomes(id!, 'completed');
    expect(await agent.scans()).toMatchObject([{ id: scanId, status: 'completed' }]);
  });

  it('whose agent says that there are no results ends, with its placeholder', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('completed', 'Scan completed (no results)');
    expect(await agent.becomes(id!, 'completed')).toMatchObject({ message: 'Scan completed (no results)' });
    expect(await agent.scans()).toEqual([]);
  });

  it('whose agent fails without results leaves one failed record', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('failed', 'Compliance scanning not available', 'no oscap');
    expect(await agent.becomes(id!, 'failed')).toMatchObject({ error: 'no oscap' });
    expect(await agent.scans()).toMatchObject([{ status: 'failed', error: 'no oscap', commandId: id }]);
    const [scan] = await agent.scans();
    expect(await agent.command(id!)).toMatchObject({ scanIds: [scan!.id] });
  });

  it('that lasts over three hours has failed', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('evaluating');
    await agent.becomes(id!, 'running');
    await installation.pass(agent.hostId, 3 * 3_600 + 1);
    expect(await agent.becomes(id!, 'failed')).toMatchObject({ error: expect.stringContaining('180 minutes') });
    expect(await agent.scans()).toMatchObject([{ status: 'failed' }]);
  });

  it('whose results overtake the word that its frame was written ends once, without a placeholder', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    const issued = await agent.asked(1);
    const scanId = await agent.submit();
    await agent.becomes(id!, 'completed');
    await agent.written(issued);
    await agent.progress('completed', 'Scan completed! Score: 100.0%');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await agent.scans()).toMatchObject([{ id: scanId, status: 'completed', commandId: id }]);
    expect(await agent.command(id!)).toMatchObject({ status: 'completed', scanIds: [scanId] });
  });

  it('takes its results even if nobody has said for long that it was written', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    const issued = await agent.asked(1);
    await installation.pass(agent.hostId, 5);
    await eventually('put off', async () => {
      const sql = 'select 1 from agent_commands where id = $1 and issued_at is null';
      return (await installation.rows(sql, [id])).length > 0;
    });
    const scanId = await agent.submit();
    await agent.becomes(id!, 'completed');
    await agent.written(issued);
    expect(await agent.scans()).toMatchObject([{ id: scanId, commandId: id }]);
  });

  it('that failed is booked under the profile that was asked for, whatever comes first', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger({ profile_id: 'level2_server' }));
    await agent.asked(1);
    await agent.submit({ status: 'failed', results: null, error: 'no such profile' });
    expect(await agent.becomes(id!, 'failed')).toMatchObject({ error: 'no such profile' });
    expect(await agent.scans()).toMatchObject([{ status: 'failed', profile: 'level2_server', commandId: id }]);
  });

  it('is not ended by results of a timed scan', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.submit({}, { scan_type: 'scheduled' });
    await eventually('recorded', async () => (await agent.scans()).some((scan) => scan.status === 'completed'));
    expect(await agent.command(id!)).toMatchObject({ status: 'sent' });
  });
});

describe('a cancel', () => {
  it('ends what waits at once', async () => {
    const agent = await installation.enrol(tenant);
    const [id] = commandIds(await agent.trigger());
    const reply = await installation.ask(tenant, bob, 'POST', `cancel/${agent.hostId}`);
    expect([reply.status, reply.body['message'], reply.body['host_id']]).toEqual([
      200,
      'Cancel scan request sent',
      agent.hostId,
    ]);
    expect(await agent.command(id!)).toMatchObject({ status: 'cancelled', cancelledBy: 'key:bob' });
    await agent.connect();
    expect(agent.issued()).toEqual([]);
  });

  it('reaches the scan that runs, which ends when its agent says so', async () => {
    const agent = await anAgent();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await agent.progress('evaluating');
    await agent.becomes(id!, 'running');
    await installation.ask(tenant, bob, 'POST', `cancel/${agent.hostId}`);
    expect((await agent.take(2)).frame).toEqual({ type: 'compliance_scan_cancel' });
    expect(await agent.command(id!)).toMatchObject({ status: 'running', cancelledBy: 'key:bob' });
    await agent.submit({ status: 'failed', results: null, error: 'scan cancelled or timed out: context canceled' });
    await agent.becomes(id!, 'cancelled');
    expect(await agent.scans()).toMatchObject([{ status: 'failed', commandId: id }]);
  });

  it('that comes while the frame is on its way stops the agent after it', async () => {
    const agent = await anAgent();
    await agent.trigger();
    const issued = await agent.asked(1);
    await agent.disconnect();
    await installation.ask(tenant, bob, 'POST', `cancel/${agent.hostId}`);
    await agent.connect();
    await agent.written(issued);
    expect((await agent.asked(2)).frame).toEqual({ type: 'compliance_scan_cancel' });
  });

  it('of an agent that is away, with nothing that waits, is refused in PatchMon’s words', async () => {
    const agent = await installation.enrol(tenant);
    const reply = await installation.ask(tenant, alice, 'POST', `cancel/${agent.hostId}`);
    expect([reply.status, reply.body]).toEqual([400, { error: 'Host is not connected' }]);
  });
});

describe('an agent’s scanners', () => {
  it('are installed and renewed while somebody watches', async () => {
    const agent = await anAgent();
    const none = await installation.ask(tenant, alice, 'GET', `install-job/${agent.hostId}`);
    expect(none.body).toMatchObject({ status: 'none', message: expect.any(String) });
    const reply = await installation.ask(tenant, alice, 'POST', `install-scanner/${agent.hostId}`);
    expect([reply.status, reply.body['host_id']]).toEqual([200, agent.hostId]);
    expect((await agent.take()).frame).toEqual({ type: 'install_scanner' });
    const again = await installation.ask(tenant, alice, 'POST', `install-scanner/${agent.hostId}`);
    expect(again.body).toMatchObject({ already_queued: true, job_id: reply.body['job_id'] });
    const job = await installation.ask(tenant, alice, 'GET', `install-job/${agent.hostId}`);
    expect(job.body).toMatchObject({ job_id: reply.body['job_id'], status: 'active', install_events: [], error: null });
    const cancelled = await installation.ask(tenant, alice, 'POST', `install-scanner/${agent.hostId}/cancel`);
    expect(cancelled.body).toMatchObject({ success: true, message: 'Cancel requested' });

    const upgrade = await installation.ask(tenant, alice, 'POST', `upgrade-ssg/${agent.hostId}`, { version: '0.1.76' });
    expect(upgrade.status).toBe(200);
    expect((await eventually('frame', () => agent.issued()[1])).frame).toEqual({
      type: 'upgrade_ssg',
      version: '0.1.76',
    });
  });

  it('are shown with the content that agents can get', async () => {
    const { status, body } = await installation.ask(tenant, alice, 'GET', 'ssg-info');
    expect([status, body]).toEqual([200, { available: false, version: null, files: [] }]);
  });

  it('report the steps of an installation over HTTP, and its end', async () => {
    const agent = await anAgent();
    const { body } = await installation.ask(tenant, alice, 'POST', `install-scanner/${agent.hostId}`);
    await agent.take();
    const step = { step: 'install_openscap', status: 'done', message: 'ok', timestamp: new Date().toISOString() };
    const report = (state: string): Promise<{ status: number }> =>
      installation.ask(tenant, agent.credential(), 'POST', '../hosts/integration-status', {
        integration: 'compliance',
        enabled: true,
        status: state,
        message: `it is ${state}`,
        install_events: [step],
      });
    expect((await report('installing')).status).toBe(200);
    const job = (): Promise<{ body: object }> => installation.ask(tenant, bob, 'GET', `install-job/${agent.hostId}`);
    expect((await job()).body).toMatchObject({ status: 'active', message: 'it is installing', install_events: [step] });
    await report('ready');
    expect((await job()).body).toMatchObject({
      job_id: body['job_id'],
      status: 'completed',
      progress: 100,
      error: null,
    });
  });

  it('are not touched while the agent is away', async () => {
    const agent = await installation.enrol(tenant);
    for (const path of ['install-scanner', 'upgrade-ssg']) {
      const reply = await installation.ask(tenant, alice, 'POST', `${path}/${agent.hostId}`);
      expect([reply.status, reply.body]).toEqual([400, { error: 'Host is not connected' }]);
    }
  });
});

describe('a bulk trigger', () => {
  it('answers for each host, in the words of both generations', async () => {
    const agents = [await anAgent(), await anAgent({ openscap: false })];
    const unknown = '019a7c8c-e5c0-7001-8e56-ef446302ca01';
    const hostIds = [...agents.map(({ hostId }) => hostId), unknown];
    const { status, body } = await installation.ask(tenant, alice, 'POST', 'trigger/bulk', { hostIds });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      profile_type: 'all',
      triggered: [{ hostId: agents[0]!.hostId, apiId: agents[0]!.apiId, hostName: expect.any(String) }],
      failed: [
        { hostId: agents[1]!.hostId, error: 'Both scanners are switched off for this host, nothing was sent' },
        { hostId: unknown, error: 'Host not found' },
      ],
      summary: { total: 3, success: 1, failed: 2 },
      enqueued: 1,
      skipped: 0,
    });
    await agents[0]!.asked(1);
  });

  it.each([
    [{}, 'hostIds must be a non-empty array'],
    [{ hostIds: [] }, 'hostIds must be a non-empty array'],
    [{ hostIds: Array.from({ length: 101 }, () => 'x') }, 'Maximum 100 hosts per bulk operation'],
    [{ hostIds: ['nonsense', 7] }, 'Invalid host IDs: nonsense, 7'],
  ])('that is none is refused (%#)', async (body, error) => {
    const reply = await installation.ask(tenant, alice, 'POST', 'trigger/bulk', body);
    expect([reply.status, reply.body]).toEqual([400, { error }]);
  });
});

describe('two processes of compliance', () => {
  it('make one command of triggers that come at once', async () => {
    const agent = await anAgent();
    const replies = await Promise.all([0, 1, 0, 1, 0, 1].map((process) => agent.trigger({}, alice, process)));
    expect(new Set(replies.flatMap(commandIds)).size).toBe(1);
    expect(replies.filter(({ body }) => body['already_queued'] === true)).toHaveLength(5);
    await agent.asked(1);
  });

  it('end each of many commands once', async () => {
    const agents = await Promise.all(Array.from({ length: 5 }, () => anAgent()));
    const ids = await Promise.all(
      agents.map(async (agent, n) => commandIds(await agent.trigger({}, alice, n % 2))[0]!),
    );
    await Promise.all(agents.map((agent) => agent.take()));
    await Promise.all(
      agents.map((agent) => Promise.all([agent.progress('started'), agent.submit(), agent.progress('completed')])),
    );
    await Promise.all(agents.map((agent, n) => agent.becomes(ids[n]!, 'completed')));
    for (const [n, agent] of agents.entries()) {
      expect(await agent.scans()).toMatchObject([{ status: 'completed', commandId: ids[n] }]);
      await eventually('told', () => agent.told(ids[n]!).at(-1) === 'completed');
      expect(agent.told(ids[n]!).filter((status) => status === 'completed')).toHaveLength(1);
    }
  });
});
