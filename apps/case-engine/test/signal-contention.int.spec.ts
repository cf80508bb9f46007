import { type EventOf, signalsRaisedV1, signalsReceivedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IndexSignals } from '../src/signals/index-signals.service.js';
import { aSignal } from './signals.js';
import { type SantamonStats, SignalsInstallation } from './signals-installation.js';

let installation: SignalsInstallation;
beforeAll(async () => {
  installation = await SignalsInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

const tenant = 'contended';
const hosts = 7;
const rules = 5;

/** Signals of all groups, in an order of their own each time. */
const someSignals = (count: number, offset: number) =>
  Array.from({ length: count }, (_, n) =>
    aSignal({ hostId: `h${(n * 3 + offset) % hosts}`, ruleId: `R${(n * 2 + offset) % rules}`, title: `Rule ${n % 3}` }),
  );

const eventOf = (signals: ReturnType<typeof someSignals>): EventOf<typeof signalsReceivedV1> => ({
  specversion: '1.0',
  id: newId(),
  source: 'assay/ingest-gateway',
  type: signalsReceivedV1.type,
  time: new Date().toISOString(),
  subject: '',
  tenant,
  actor: 'system',
  version: null,
  correlationid: null,
  causationid: null,
  traceparent: null,
  lane: 'interactive',
  datacontenttype: 'application/json',
  data: { signals },
});

describe('signals that many write at once', () => {
  it('wait for each other in no circle, and every one is counted once', async () => {
    const app = installation.engine.engine.app;
    const [index, transactions] = [app.get(IndexSignals), app.get(Transactions)];
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let round = 0; round < 10; round += 1) {
        const events = [eventOf(someSignals(40, writer + round)), eventOf(someSignals(20, writer * 3 + round))];
        await transactions.run({ tenant, repeated: true }, (tx) => index.execute(events, tx));
      }
    });
    const changers = Array.from({ length: 3 }, async (_, changer) => {
      const statuses = ['acknowledged', 'open', 'acknowledged'] as const;
      for (let round = 0; round < 10; round += 1) {
        const filter = changer === 0 ? {} : { host: `h${(round + changer) % hosts}` };
        const body = { filter, status: statuses[(round + changer) % 3] };
        expect((await installation.send('POST', '/api/v1/signals/changes', body, { tenant })).status).toBe(200);
      }
    });
    await Promise.all([...writers, ...changers]);

    const total = 6 * 10 * 60;
    expect(await installation.get<SantamonStats>('/stats', { tenant })).toMatchObject({
      total_signals: total,
      last_24h: total,
    });
    const [kept] = (await installation.sql(
      `select count(*)::int as signals, count(*) filter (where status = 0)::int as open, count(*) filter (where status = 1)::int as acknowledged
         from signals where tenant = $1`,
      [tenant],
    )) as [Record<string, number>];
    const [grouped] = await installation.sql(
      `select sum(open + acknowledged + resolved)::int as signals, sum(open)::int as open, sum(acknowledged)::int as acknowledged
         from signal_groups where tenant = $1`,
      [tenant],
    );
    expect(kept['signals']).toBe(total);
    expect(grouped).toEqual(kept);
    const stats = await installation.get<{ byStatus: Record<string, number> }>('/api/v1/signals/stats', { tenant });
    expect(stats.byStatus['open'] ?? 0).toBe(kept['open']);

    const raised = await eventually('the groups', () => {
      const groups = installation.said(signalsRaisedV1).flatMap((said) => said.groups);
      return groups.length >= hosts * rules && groups;
    });
    expect(raised).toHaveLength(hosts * rules);
    expect(new Set(raised.map(({ hostId, ruleId }) => `${hostId} ${ruleId}`)).size).toBe(hosts * rules);
  });

  it('are the same once their counts were added up', async () => {
    const before = await installation.get('/stats', { tenant });
    await eventually('nothing is left to add', async () => {
      const [row] = await installation.sql('select count(*)::int as n from signal_deltas');
      return (row as { n: number }).n === 0;
    });
    expect(await installation.get('/stats', { tenant })).toEqual(before);
  });
});
