import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, alice, bob, commandIds, CommandsInstallation } from './commands-installation.js';

let installation: CommandsInstallation;
beforeAll(async () => {
  installation = await CommandsInstallation.start(1);
});
afterAll(() => installation.stop());

const tenant = 'acme';

/** The text of a statement's plan, for a tenant's own role. */
async function planOf(sql: string): Promise<string> {
  const rows = await installation.rows<Record<string, string>>(`explain ${sql}`);
  return rows.map((row) => Object.values(row)[0]).join('\n');
}

describe('a group whose hosts are scanned at times', () => {
  it('has those triggered that scan on command only, once a time', async () => {
    const groups = ['web'];
    const [due, scansItself, elsewhere] = [
      await installation.enrol(tenant, { groups }),
      await installation.enrol(tenant, { groups, complianceMode: 'enabled' }),
      await installation.enrol(tenant, {}),
    ];
    await due.connect();
    await installation.rows(
      `insert into host_groups (tenant, name, scan_cron, time_zone, updated_at, updated_by)
       values ($1, 'web', '0 3 * * *', 'Europe/Berlin', now(), 'key:alice')`,
      [tenant],
    );
    const nextAt = async (): Promise<Date | undefined> =>
      (await installation.rows<{ at: Date }>('select next_at as at from group_scans where tenant = $1', [tenant]))[0]
        ?.at;
    const planned = await eventually('planned', nextAt, 40_000);
    expect(planned.getTime()).toBeGreaterThan(Date.now());
    expect(due.issued()).toEqual([]);

    await installation.rows(`update group_scans set next_at = now() - interval '5 days' where tenant = $1`, [tenant]);
    const [command] = await eventually(
      'triggered',
      async () => {
        const all = await due.commands();
        return all.length > 0 && all;
      },
      40_000,
    );
    expect(command).toMatchObject({
      kind: 'scan',
      requestedBy: 'service:compliance',
      options: { profile_type: 'all' },
    });
    await due.asked(1);
    expect(await scansItself.commands()).toEqual([]);
    expect(await elsewhere.commands()).toEqual([]);
    expect((await nextAt())!.getTime()).toBeGreaterThan(Date.now());
  });
});

describe('settings of a host', () => {
  it('are told to its agent at once, or when it connects; a newer word replaces one that waits', async () => {
    const agent = await installation.enrol(tenant);
    const patch = (complianceMode: string): Promise<{ status: number }> =>
      installation.ask(tenant, alice, 'PATCH', `../hosts/${agent.hostId}`, { complianceMode });
    expect((await patch('enabled')).status).toBe(200);
    expect((await patch('disabled')).status).toBe(200);
    const waiting = (await agent.commands()).filter(({ status }) => status === 'queued');
    expect(waiting).toMatchObject([{ kind: 'configure' }]);
    await agent.connect();
    expect((await agent.take()).frame).toMatchObject({
      type: 'apply_config',
      config: { compliance: { enabled: false } },
    });
    expect((await agent.commands()).map(({ status }) => status).toSorted()).toEqual(['cancelled', 'completed']);
  });
});

describe('a process that dies', () => {
  it('loses nothing: the next one goes on with the timers of all commands', async () => {
    const waits = await installation.enrol(tenant);
    const works = await installation.enrol(tenant);
    await works.connect();
    const [waiting] = commandIds(await waits.trigger());
    const [working] = commandIds(await works.trigger());
    await works.take();
    await installation.restart(async () => {
      await installation.pass(works.hostId, 61);
      await works.progress('started');
    });
    const frames = works.issued().length;
    expect(await works.becomes(working!, 'running')).toMatchObject({ phase: 'started' });
    await works.submit();
    await works.becomes(working!, 'completed');
    expect(works.issued().length - frames).toBeLessThanOrEqual(1);
    await waits.connect();
    expect(await waits.asked(1)).toMatchObject({ commandId: waiting });
  });
});

describe('a host that was removed, or joined with another', () => {
  const ended = async (agent: Agent, id: string): Promise<{ status: string; error: string } | undefined> =>
    (
      await installation.rows<{ status: string; error: string }>(
        'select status, error from agent_commands where id = $1',
        [id],
      )
    )[0];

  it('has its commands ended', async () => {
    const agent = await installation.enrol(tenant);
    await agent.connect();
    const [id] = commandIds(await agent.trigger());
    await agent.take();
    await installation.rows('update hosts set removed_at = now() where id = $1', [agent.hostId]);
    await installation.pass(agent.hostId, 61);
    await eventually('ended', async () => (await ended(agent, id!))?.status === 'failed');
    expect(await ended(agent, id!)).toMatchObject({ error: 'The host was removed' });
  });

  it('is joined with another that keeps its history', async () => {
    const [from, into] = [await installation.enrol(tenant), await installation.enrol(tenant)];
    const [id] = commandIds(await from.trigger());
    const reply = await installation.ask(tenant, bob, 'POST', `../hosts/${into.hostId}/join`, { hostId: from.hostId });
    expect(reply.status).toBeLessThan(300);
    expect(await into.commands()).toMatchObject([{ id, status: 'failed', error: 'The host was joined with another' }]);
  });
});

describe('lists and timers of commands', () => {
  it('go along their indexes', async () => {
    await installation.rows(
      `insert into agent_commands (tenant, id, host_id, kind, status, lane, slot, options, requested_by, created_at,
         ended_at, version)
       select 'plans', gen_random_uuid(), gen_random_uuid(), 'scan', case n % 10 when 0 then 'queued' else 'completed' end,
              'scan', 'scan', '{}', 'key:x', now(), case n % 10 when 0 then null else now() end, 1
         from generate_series(1, 20000) n`,
    );
    await installation.administrate('analyze compliance.agent_commands');
    const due = `select tenant, host_id from agent_commands where ended_at is null and next_action_at <= now()
                  order by next_action_at limit 200`;
    expect(await planOf(due)).toContain('agent_commands_due_idx');
    const open = `select * from agent_commands c where c.tenant = 'plans' and c.host_id = '019a7c8c-e5c0-7001-8e56-ef446302ca01'
                   and c.ended_at is null`;
    expect(await planOf(open)).toMatch(/agent_commands_(open|host|waiting|active)_idx/);
    const page = `select * from agent_commands c where c.tenant = 'plans' order by c.id desc limit 50`;
    expect(await planOf(page)).toContain('agent_commands_pkey');
    const ofHost = `select * from agent_commands c where c.tenant = 'plans' and c.host_id = '019a7c8c-e5c0-7001-8e56-ef446302ca01'
                     order by c.id desc limit 50`;
    expect(await planOf(ofHost)).toContain('agent_commands_host_idx');
  });
});
