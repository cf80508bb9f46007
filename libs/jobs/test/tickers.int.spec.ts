import type { Transaction } from '@assay/persistence';
import { eventually } from '@assay/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeclaredJob } from '../src/index.js';
import { anInstallation, aReplica, type Replica } from './harness.js';

const ticking = (run: (tx: Transaction) => Promise<void>): DeclaredJob => ({
  kind: 'ticker',
  options: { name: 'checkpoint', everyMs: 50 },
  run,
});

describe('a ticker', () => {
  let adminUrl: string;
  const replicas: Replica[] = [];
  const start = async (declared: DeclaredJob): Promise<Replica> => {
    const replica = await aReplica(adminUrl, declared);
    replicas.push(replica);
    return replica;
  };
  beforeEach(async () => void (adminUrl = await anInstallation()));
  afterEach(async () => void (await Promise.all(replicas.splice(0).map((replica) => replica.stop()))));

  it('runs in one replica at a time, though each of them is ready to', async () => {
    let running = 0;
    let most = 0;
    const ticks = { one: 0, two: 0 };
    const named = (name: 'one' | 'two') =>
      ticking(async (tx) => {
        running += 1;
        most = Math.max(most, running);
        await tx.query('select pg_sleep(0.07)');
        running -= 1;
        ticks[name] += 1;
      });
    await start(named('one'));
    const two = await start(named('two'));
    await eventually('some ticks', () => ticks.one + ticks.two > 10);
    expect(most).toBe(1);
    await replicas[0]!.stop();
    const before = ticks.two;
    await eventually('the other to go on', () => ticks.two > before + 2);
    await two.stop();
  });

  it('goes on after failures, and ends with the process', async () => {
    let ticks = 0;
    const replica = await start(
      ticking(async () => {
        ticks += 1;
        if (ticks < 3) throw new Error('odd');
      }),
    );
    await eventually('better days', () => ticks > 4);
    expect(replica.lines.map(({ failures }) => failures)).toEqual([1, 2]);
    await replica.jobs.stop();
    const atStop = ticks;
    await replica.database.check();
    expect(ticks).toBe(atStop);
  });
});
