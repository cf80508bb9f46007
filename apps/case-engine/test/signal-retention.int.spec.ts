import { signalsClearedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { maintainPartitions, partitionsFor } from '@assay/persistence';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SettleRetention } from '../src/signals/settle-retention.service.js';
import { signalPartitions } from '../src/signals/signal-partitions.js';
import { aSignal } from './signals.js';
import { type NativePage, type SantamonStats, SignalsInstallation } from './signals-installation.js';

const dayMs = 86_400_000;
const keepDays = 30;
const tenant = 'keeping';
const now = new Date();
const agoId = (days: number): string => newId(now.getTime() - days * dayMs);

let installation: SignalsInstallation;
beforeAll(async () => {
  installation = await SignalsInstallation.start({ SIGNAL_RETENTION_DAYS: String(keepDays) });
  await installation.sql(`set role case_engine_owner`);
});
afterAll(async () => {
  await installation.stop();
});

const partitions = async (): Promise<string[]> => {
  const rows = await installation.sql(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'signals'::regclass order by 1`,
  );
  return rows.map((row) => (row as { name: string }).name);
};
const stats = () => installation.get<SantamonStats>('/stats', { tenant });
const settle = (at: Date) => installation.engine.engine.app.get(SettleRetention).execute(at);

describe('the retention of signals', () => {
  // As if they had come when they came: the service then keeps them all.
  const old = [
    ...Array.from({ length: 4 }, () =>
      aSignal({ id: agoId(keepDays - 2), hostId: 'old', ruleId: 'R1', severity: 'low' }),
    ),
    aSignal({
      id: agoId(keepDays - 2),
      hostId: 'both',
      ruleId: 'R1',
      severity: 'critical',
      ts: '2031-05-06T07:08:09Z',
    }),
  ];
  const young = [aSignal({ id: agoId(1), hostId: 'both', ruleId: 'R1', severity: 'low' })];
  const later = new Date(now.getTime() + 5 * dayMs);

  it('leaves everything alone until a day is over', async () => {
    for (const table of ['signals', 'signal_changes']) {
      for (const statement of partitionsFor(table, new Date(now.getTime() - (keepDays - 2) * dayMs), 0, 7)) {
        await installation.sql(`set role case_engine_owner; ${statement}`);
      }
    }
    await installation.accept([...old, ...young], tenant);
    expect(await settle(now)).toBe(0);
    expect(await stats()).toMatchObject({ total_signals: 6, by_host: { old: 4, both: 2 } });
  });

  it('takes a day that is over out of counts and groups, once, and tells of groups that have nothing left', async () => {
    expect(await settle(later)).toBe(5);
    expect(await settle(later)).toBe(0);
    const left = await eventually('the counts', async () => {
      const counted = await stats();
      return counted.total_signals === 1 && counted;
    });
    expect(left).toMatchObject({
      by_host: { both: 1 },
      by_severity: { low: 1 },
      top_rules: [{ rule_id: 'R1', count: 1 }],
    });
    const groups = await installation.get<{ items: unknown[] }>('/api/v1/signals/groups', { tenant });
    expect(groups.items).toMatchObject([{ hostId: 'both', open: 1 }]);
    const cleared = await eventually('the event', () => installation.said(signalsClearedV1)[0]);
    expect(cleared.groups).toMatchObject([{ hostId: 'old', ruleId: 'R1', open: 0 }]);
  });

  it('drops a partition when its last day is over, and none that is not settled', async () => {
    const [first] = (await partitions()).filter((name) => name !== 'signals_default');
    const muchLater = new Date(now.getTime() + 12 * dayMs);
    const maintain = (at: Date) =>
      maintainPartitions(installation.engine.adminUrl, 'case-engine', at, signalPartitions(keepDays));
    await installation.sql(`update signal_retention set settled_before = '00000000-0000-0000-0000-000000000000'`);
    await maintain(muchLater);
    expect(await partitions()).toContain(first);
    await installation.sql(`update signal_retention set settled_before = $1`, [agoId(keepDays - 10)]);
    await maintain(muchLater);
    expect(await partitions()).not.toContain(first);
    const page = await installation.get<NativePage>('/api/v1/signals', { tenant });
    expect(page.items.map(({ hostId }) => hostId)).toEqual(['both']);
  });

  it('keeps nothing that comes when its day is over already', async () => {
    const late = aSignal({ id: agoId(keepDays + 3), hostId: 'late' });
    await installation.accept([aSignal({ hostId: 'fresh' })], tenant);
    await installation.say([late, aSignal({ hostId: 'fresh' })], tenant);
    await eventually('the other one', async () => (await stats()).by_host['fresh'] === 2);
    expect((await stats()).by_host['late']).toBeUndefined();
  });

  it('makes partitions ahead, and starts where rows came before their partition', async () => {
    const ahead = new Date(now.getTime() + 40 * dayMs);
    await installation.sql(
      `insert into signals (id, tenant, kind_id, host_id, signal_id, ts, at, nanos, received_at, status, context)
       values ($1, 'x', 1, 'h', 's', '', now(), 0, now(), 0, '{}')`,
      [newId(ahead.getTime())],
    );
    const before = await partitions();
    await maintainPartitions(installation.engine.adminUrl, 'case-engine', ahead, signalPartitions(0));
    expect((await partitions()).length).toBeGreaterThan(before.length);
  });
});
