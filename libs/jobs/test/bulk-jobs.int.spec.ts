import { AssayError, type Uuid } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anInstallation, aReplica, asAdministrator, count, counting, marks, type Replica, stateOf } from './harness.js';

describe('bulk work', () => {
  let adminUrl: string;
  const replicas: Replica[] = [];
  const start = async (...declared: Parameters<typeof aReplica>[1][]): Promise<Replica> => {
    const replica = await aReplica(adminUrl, ...declared);
    replicas.push(replica);
    return replica;
  };
  beforeEach(async () => void (adminUrl = await anInstallation()));
  afterEach(async () => void (await Promise.all(replicas.splice(0).map((replica) => replica.stop()))));

  it('gives turns to the tenant served longest ago: 3 slices are done after 6, beside 1,000', async () => {
    const order: string[] = [];
    const starter = await start();
    const big = await count(starter, 'big', 1_000);
    for (let more = 0; more < 20; more += 1) await count(starter, 'big', 50);
    const small = await count(starter, 'small', 3);

    const worker = await start(counting(async ({ tenant }) => void order.push(tenant)));
    await eventually('the small one', async () => (await stateOf(starter, 'small', small)) === 'done');

    expect(order.lastIndexOf('small')).toBeLessThan(6);
    await worker.stop();
    expect(await starter.transactions.run('big', (tx) => starter.bulkJobs.find(tx, big))).toMatchObject({
      state: 'running',
      total: 1_000,
      finishedAt: null,
    });
  });

  it('that begins later is served next, however much another tenant has waiting', async () => {
    const order: string[] = [];
    const worker = await start(counting(async ({ tenant }) => void order.push(tenant)));
    await count(worker, 'big', 1_000);
    await eventually('the big one to be under way', () => order.length > 20);
    const before = order.length;
    const small = await count(worker, 'small', 3);
    await eventually('the small one', async () => (await stateOf(worker, 'small', small)) === 'done');
    const first = order.indexOf('small');
    expect(first).toBeGreaterThanOrEqual(before);
    expect(order.lastIndexOf('small') - first).toBe(4);
  });

  it('goes on after a process died within a slice, and does no slice twice', async () => {
    const pids: number[] = [];
    const dying = await start(
      counting(async ({ n, tx }) => {
        if (n !== 4) return;
        const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        pids.push(row!.pid);
        await new Promise(() => undefined);
      }),
    );
    const job = await count(dying, 'acme', 10);
    const pid = await eventually('the fifth slice', () => pids[0]);
    expect(await marks(adminUrl, job)).toEqual({ all: 4, different: 4 });
    await asAdministrator(adminUrl, `select pg_terminate_backend(${pid})`);
    replicas.splice(replicas.indexOf(dying), 1);

    const heir = await start(counting());
    await eventually('the end', async () => (await stateOf(heir, 'acme', job)) === 'done');
    expect(await marks(adminUrl, job)).toEqual({ all: 10, different: 10 });
    expect(await heir.transactions.run('acme', (tx) => heir.bulkJobs.find(tx, job))).toMatchObject({
      done: 10,
      slices: 10,
      cursor: 10,
      error: null,
    });
  });

  it('is shared by processes, which never do a slice of the same job at the same time', async () => {
    const running = new Set<Uuid>();
    let overlaps = 0;
    let together = 0;
    const watched = () =>
      counting(async ({ id, tx }) => {
        if (running.has(id)) overlaps += 1;
        running.add(id);
        together = Math.max(together, running.size);
        await tx.query('select pg_sleep(0.003)');
        running.delete(id);
      }, 2);
    const one = await start(watched());
    await start(watched());
    const jobs = await Promise.all(
      ['a', 'a', 'b', 'c'].map(async (tenant) => ({ tenant, id: await count(one, tenant, 60) })),
    );
    await eventually('all', async () => {
      const states = await Promise.all(jobs.map(({ tenant, id }) => stateOf(one, tenant, id)));
      return states.every((state) => state === 'done');
    });
    for (const { id } of jobs) expect(await marks(adminUrl, id)).toEqual({ all: 60, different: 60 });
    expect(overlaps).toBe(0);
    expect(together).toBeGreaterThan(1);
  });

  it('is begun only if the transaction that causes it commits', async () => {
    const worker = await start(counting());
    const lost = worker.transactions.run('acme', async (tx) => {
      await worker.bulkJobs.start(tx, { name: 'count', input: { slices: 1 } });
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(await worker.transactions.run('acme', (tx) => worker.bulkJobs.list(tx))).toEqual([]);
  });

  it('tries a failed slice again, and says why it waits', async () => {
    let broken = true;
    const worker = await start(
      counting(async ({ n }) => {
        if (n === 1 && broken) throw new Error('the disk is full');
      }),
    );
    const job = await count(worker, 'acme', 3);
    const waiting = await eventually('the failure', async () => {
      const found = await worker.transactions.run('acme', (tx) => worker.bulkJobs.find(tx, job));
      return found?.error !== null && found;
    });
    expect(waiting).toMatchObject({ state: 'running', attempts: 1, error: 'the disk is full', done: 1 });
    expect(worker.lines).toEqual([expect.objectContaining({ level: 'warn', jobId: job, job: 'count' })]);
    broken = false;
    await eventually('the end', async () => (await stateOf(worker, 'acme', job)) === 'done');
    expect(await marks(adminUrl, job)).toEqual({ all: 3, different: 3 });
  });

  it('ends at once when it is wrong in itself', async () => {
    const worker = await start(
      counting(async () => Promise.reject(new AssayError('invalid', 'test.no', 'there is no such feed'))),
    );
    const job = await count(worker, 'acme', 3);
    await eventually('the end', async () => (await stateOf(worker, 'acme', job)) === 'failed');
    expect((await marks(adminUrl, job)).all).toBe(0);
    expect(await worker.transactions.run('acme', (tx) => worker.bulkJobs.list(tx, { states: ['failed'] }))).toEqual([
      expect.objectContaining({ id: job, error: 'there is no such feed', attempts: 1 }),
    ]);
  });

  it('is seen and cancelled by its own tenant only', async () => {
    const starter = await start();
    const first = await count(starter, 'acme', 5);
    const second = await count(starter, 'acme', 5);
    const { transactions, bulkJobs } = starter;
    expect(await transactions.run('other', (tx) => bulkJobs.cancel(tx, first))).toBe(false);
    expect(await transactions.run('other', (tx) => bulkJobs.find(tx, first))).toBeNull();
    expect(await transactions.run('acme', (tx) => bulkJobs.cancel(tx, first))).toBe(true);
    expect(await transactions.run('acme', (tx) => bulkJobs.cancel(tx, first))).toBe(false);

    await start(counting());
    await eventually('the second', async () => (await stateOf(starter, 'acme', second)) === 'done');
    expect(await stateOf(starter, 'acme', first)).toBe('cancelled');
    const newest = await transactions.run('acme', (tx) => bulkJobs.list(tx, { limit: 1 }));
    expect(newest).toHaveLength(1);
    const rest = await transactions.run('acme', (tx) => bulkJobs.list(tx, { before: newest[0]!.id }));
    expect([...newest, ...rest].map((job) => job.id).toSorted()).toEqual([first, second].toSorted());
  });

  it('finds the next turn along its indexes', async () => {
    const starter = await start();
    await count(starter, 'acme', 5);
    await asAdministrator(
      adminUrl,
      `insert into scanner.bulk_turns select 'count', 'tenant-' || n, now() from generate_series(1, 3000) n;
       insert into scanner.bulk_jobs (id, tenant, name, lane, actor, priority, input, created_at, due_at)
         select gen_random_uuid(), 'tenant-' || n % 50, 'count', 'bulk', 'system', 0, '{}', now(), now()
           from generate_series(1, 20000) n;
       analyze scanner.bulk_turns; analyze scanner.bulk_jobs;`,
    );
    const began = performance.now();
    const turns = 20;
    const { BulkJobsStore } = await import('../src/bulk-jobs.store.js');
    const store = new BulkJobsStore();
    for (let turn = 0; turn < turns; turn += 1) {
      await starter.transactions.runAcrossTenants((tx) => store.takeTurn(tx, 'count'));
    }
    expect((performance.now() - began) / turns).toBeLessThan(100);
  });
});
