import { eventually } from '@assay/testing';
import { PgBoss } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeclaredJob, JobContext } from '../src/index.js';
import { queueDatabase } from '../src/queue-database.js';
import { anInstallation, aReplica, asAdministrator, type Replica } from './harness.js';

const refresh = (run: (context: JobContext) => Promise<void>, cron = '0 3 * * *'): DeclaredJob => ({
  kind: 'periodic',
  options: { name: 'scanner-refresh-feeds', cron, timeZone: 'Europe/Berlin' },
  run,
});

describe('a periodic job', () => {
  let adminUrl: string;
  const replicas: Replica[] = [];
  const start = async (...declared: DeclaredJob[]): Promise<Replica> => {
    const replica = await aReplica(adminUrl, ...declared);
    replicas.push(replica);
    return replica;
  };
  const runs = () =>
    asAdministrator<{ id: string; state: string }>(
      adminUrl,
      `select id, state from scanner_jobs.job where name = 'scanner-refresh-feeds' order by created_on`,
    );
  beforeEach(async () => void (adminUrl = await anInstallation()));
  afterEach(async () => void (await Promise.all(replicas.splice(0).map((replica) => replica.stop()))));

  it('runs when its minute comes, in one of two replicas', async () => {
    const seen: string[] = [];
    const everyMinute = refresh(async ({ id }) => void seen.push(id), '* * * * *');
    await Promise.all([start(everyMinute), start(everyMinute)]);
    await eventually('a run', () => seen.length > 0, 45_000);
    await eventually('its end', async () => (await runs())[0]?.state === 'completed');
    expect(new Set(seen).size).toBe(seen.length);
    const [schedule] = await asAdministrator(
      adminUrl,
      `select cron, timezone from scanner_jobs.schedule
      where name = 'scanner-refresh-feeds'`,
    );
    expect(schedule).toEqual({ cron: '* * * * *', timezone: 'Europe/Berlin' });
  });

  it('is not piled up while a run goes on, in any replica', async () => {
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const slow = refresh(async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
    });
    const one = await start(slow);
    const two = await start(slow);
    const id = await one.jobs.runNow('scanner-refresh-feeds');
    await eventually('the run', () => running === 1);
    expect(await one.jobs.runNow('scanner-refresh-feeds')).toBeNull();
    expect(await two.jobs.runNow('scanner-refresh-feeds')).toBeNull();
    gate.resolve();
    await eventually('the end', async () => (await runs())[0]?.state === 'completed');
    expect(await runs()).toEqual([{ id, state: 'completed' }]);
    expect(most).toBe(1);
  });

  it('is tried again after a failure, which is logged with the id of the run', async () => {
    const attempts: number[] = [];
    const replica = await start(
      refresh(async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new Error('the feed is away');
      }),
    );
    const id = await replica.jobs.runNow('scanner-refresh-feeds');
    await eventually('the failure', async () => (await runs())[0]?.state === 'retry');
    expect(replica.lines).toEqual([
      expect.objectContaining({ level: 'error', jobId: id, attempt: 1, err: expect.anything() }),
    ]);
    const [delay] = await asAdministrator<{ seconds: number }>(
      adminUrl,
      `select extract(epoch from start_after - now())::int as seconds from scanner_jobs.job where id = '${id}'`,
    );
    expect(delay!.seconds).toBeGreaterThan(10);
    await asAdministrator(adminUrl, `update scanner_jobs.job set start_after = now() where id = '${id}'`);
    expect(await replica.jobs.runNow('scanner-refresh-feeds')).toBeNull();
    await eventually('the end', async () => (await runs())[0]?.state === 'completed');
    expect(attempts).toEqual([1, 2]);
  });

  it('that is running is waited for at shutdown', async () => {
    const gate = Promise.withResolvers<void>();
    let ended = false;
    const replica = await start(
      refresh(async () => {
        await gate.promise;
        ended = true;
      }),
    );
    await replica.jobs.runNow('scanner-refresh-feeds');
    await eventually('the run', async () => (await runs())[0]?.state === 'active');
    const stopping = replica.jobs.stop();
    gate.resolve();
    await stopping;
    expect(ended).toBe(true);
    expect((await runs())[0]?.state).toBe('completed');
  });

  it('whose process died is given to another one, by the runtime role', async () => {
    const dying = await start(refresh(() => new Promise(() => undefined)));
    const id = await dying.jobs.runNow('scanner-refresh-feeds');
    await eventually('the run', async () => (await runs())[0]?.state === 'active');
    replicas.splice(replicas.indexOf(dying), 1);
    await asAdministrator(
      adminUrl,
      `update scanner_jobs.job set heartbeat_on = now() - interval '2 minutes' where id = '${id}'`,
    );

    const heir = await start(refresh(async () => undefined));
    const queue = new PgBoss({
      db: queueDatabase(heir.database),
      schema: 'scanner_jobs',
      migrate: false,
      supervise: false,
    });
    const failures: unknown[] = [];
    queue.on('error', (error) => failures.push(error));
    await queue.start();
    await queue.supervise();
    await queue.stop({ graceful: false });
    expect(failures).toEqual([]);
    expect((await runs())[0]?.state).toBe('retry');
    await asAdministrator(adminUrl, `update scanner_jobs.job set start_after = now() where id = '${id}'`);
    expect(await heir.jobs.runNow('scanner-refresh-feeds')).toBeNull();
    await eventually('the end', async () => (await runs())[0]?.state === 'completed');
  });

  it('that the code no longer has leaves the calendar', async () => {
    const before = await start(refresh(async () => undefined));
    await before.stop();
    await start();
    const schedules = await asAdministrator<{ name: string }>(adminUrl, 'select name from scanner_jobs.schedule');
    expect(schedules.map(({ name }) => name)).toEqual(['forget-bulk-jobs']);
  });
});
