import { newId } from '@assay/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSignal } from './signals.js';
import { type NativePage, type SantamonList, type SantamonStats, SignalsInstallation } from './signals-installation.js';

/** What `wire/santamon.md` §9 says of the upstream's signals, and that it is not so here. */
let installation: SignalsInstallation;
beforeAll(async () => {
  installation = await SignalsInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

const list = (tenant: string, query = ''): Promise<SantamonList> =>
  installation.get<SantamonList>(`/signals?${query}`, { tenant });
const idsOf = ({ signals }: SantamonList): string[] => signals.map(({ signal_id }) => signal_id);
const encode = encodeURIComponent;

describe('security', () => {
  it('reading, status changes and statistics need credentials', async () => {
    for (const path of ['/signals', '/santamon/signals', '/stats', '/santamon/stats', '/api/v1/signals']) {
      expect((await fetch(`${installation.engine.engine.url}${path}`)).status, path).toBe(401);
    }
    const url = `${installation.engine.engine.url}/signals/x/status`;
    expect((await fetch(url, { method: 'PATCH' })).status).toBe(401);
    const asViewer = await installation.engine.ask('viewer', '/signals/x/status', {
      method: 'PATCH',
      json: { status: 'resolved' },
    });
    expect(asViewer.status).toBe(403);
  });

  it('status changes leave a trace of who and when', async () => {
    const signal = aSignal();
    await installation.accept([signal], 'traced');
    const init = { tenant: 'traced', actor: 'user:ada' } as const;
    const changed = await installation.send(
      'PATCH',
      `/santamon/signals/${signal.signalId}/status`,
      { status: 'resolved' },
      init,
    );
    expect(changed).toEqual({ status: 200, body: { signal_id: signal.signalId, status: 'resolved' } });
    const { history } = await installation.get<{ history: { at: string }[] }>(`/api/v1/signals/${signal.id}`, init);
    expect(history).toMatchObject([{ actor: 'user:ada', from: 'open', to: 'resolved' }]);
    expect(Math.abs(Date.now() - Date.parse(history[0]!.at))).toBeLessThan(60_000);
  });

  it('an id that two hosts have is nobody’s to resolve by chance', async () => {
    const shared = ['mine', 'other'].map((hostId) => aSignal({ signalId: 'shared/id', hostId }));
    await installation.accept(shared, 'shared');
    const path = `/signals/${encode('shared/id')}/status`;
    const both = await installation.send('PATCH', path, { status: 'resolved' }, { tenant: 'shared' });
    expect(both.status).toBe(409);
    expect(both.body).toEqual({ detail: expect.stringMatching(/host_id/) as string });
    const one = await installation.send('PATCH', `${path}?host_id=mine`, { status: 'resolved' }, { tenant: 'shared' });
    expect(one.status).toBe(200);
    expect((await list('shared')).signals.map(({ host_id }) => host_id)).toEqual(['other']);
  });
});

describe('correctness', () => {
  it('the severity info is one that signals have and lists are narrowed to', async () => {
    await installation.accept([aSignal({ severity: 'info' }), aSignal({ severity: 'high' })], 'info');
    const found = await list('info', 'severity=info');
    expect(found.signals.map(({ severity }) => severity)).toEqual(['info']);
    expect((await list('info', 'severity=severe')).count).toBe(0);
  });

  it('times are compared as times, whatever offset and precision they have', async () => {
    const times = [
      '2031-05-06T09:08:09.1+02:00',
      '2031-05-06T07:08:09.100000001Z',
      '2031-05-06T07:08:09.100000002Z',
      '2031-05-06T01:08:09.2-06:00',
      '2031-05-06T07:08:10Z',
    ];
    // In the order of receipt they lie the other way round.
    const signals = times.map((ts, n) => aSignal({ id: newId(Date.now() - n * 1_000), signalId: `t${n}`, ts }));
    await installation.accept(signals, 'times');
    expect(idsOf(await list('times'))).toEqual(['t4', 't3', 't2', 't1', 't0']);
    for (const [since, expected] of [
      ['2031-05-06T07:08:09.100000001Z', ['t4', 't3', 't2']],
      ['2031-05-06T09:08:09.100000001+02:00', ['t4', 't3', 't2']],
      // A plus that the query did not encode is a blank.
      ['2031-05-06T09:08:09.2 02:00', ['t4']],
      ['2031-05-06', ['t4', 't3', 't2', 't1', 't0']],
      ['2031-05-07', []],
    ] as const) {
      expect(idsOf(await list('times', `since=${encode(since)}`)), since).toEqual(expected);
    }
    const native = await installation.get<NativePage>('/api/v1/signals?until=2031-05-06T07:08:09.100000002Z', {
      tenant: 'times',
    });
    expect(native.items.map(({ at }) => at)).toEqual([
      '2031-05-06T07:08:09.100000001Z',
      '2031-05-06T07:08:09.100000000Z',
    ]);
  });

  it('a signal without a time that is one stands where it was received', async () => {
    const received = new Date().toISOString();
    const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
    await installation.accept(
      [
        aSignal({ signalId: 'before', ts: at(-5) }),
        aSignal({ signalId: 'none', ts: 'soon after lunch', at: received, receivedAt: received }),
        aSignal({ signalId: 'after', ts: at(5) }),
      ],
      'timeless',
    );
    expect(idsOf(await list('timeless'))).toEqual(['after', 'none', 'before']);
    expect((await list('timeless')).signals[1]?.ts).toBe('soon after lunch');
  });

  it('last_24h counts the last 24 hours', async () => {
    const hoursAgo = (hours: number, offset = 'Z'): string =>
      `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}${offset}`;
    const inside = [0, 0.5, 1, 12, 23, 23.5, 23.95].map((hours) => aSignal({ ts: hoursAgo(hours) }));
    const outside = [24.05, 25, 30, 24 * 20].map((hours) => aSignal({ ts: hoursAgo(hours) }));
    // By its text, this one is of today; it happened 26 hours ago.
    const misleading = aSignal({ ts: hoursAgo(26 - 10, '+10:00') });
    await installation.accept([...inside, ...outside, misleading], 'lately');
    expect(await installation.get<SantamonStats>('/stats', { tenant: 'lately' })).toMatchObject({
      total_signals: 12,
      last_24h: 7,
    });
  });

  it('times say that they are UTC', async () => {
    const signal = aSignal();
    await installation.accept([signal], 'zones');
    const { signals } = await list('zones');
    expect(signals[0]?.received_at).toBe(signal.receivedAt);
    expect(signal.receivedAt).toMatch(/Z$/);
  });

  it('a change may have an assignee and a comment, and needs a reason where it closes', async () => {
    const signal = aSignal();
    await installation.accept([signal], 'reasons');
    const path = `/api/v1/signals/${signal.id}`;
    const init = { tenant: 'reasons' };
    expect((await installation.send('PATCH', path, { status: 'resolved' }, init)).status).toBe(422);
    const change = { status: 'resolved', reason: 'the updater', assignee: 'ada', comment: 'seen before' };
    expect((await installation.send('PATCH', path, change, init)).status).toBe(200);
    expect((await installation.get<{ history: object[] }>(path, init)).history).toMatchObject([
      { reason: 'the updater', assignee: 'ada', comment: 'seen before' },
    ]);
  });
});

describe('scaling and operation', () => {
  it('results beyond 1,000 matches are reached by a cursor', async () => {
    const signals = Array.from({ length: 1_203 }, (_, n) => aSignal({ signalId: `n${n}`, hostId: `h${n % 9}` }));
    await installation.accept(signals, 'many');
    const first = await list('many', 'limit=1000');
    expect(first.count).toBe(1_000);
    const second = await list('many', `limit=1000&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ count: 203, next_cursor: null });
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(1_203);
  });

  it('one slow write stops nobody else: lists, statistics and other changes are answered meanwhile', async () => {
    const [slow, other] = [aSignal(), aSignal()];
    await installation.accept([slow, other], 'slow');
    const init = { tenant: 'slow' } as const;
    const change = (signalId: string) =>
      installation.send('PATCH', `/signals/${signalId}/status`, { status: 'acknowledged' }, init);
    const holder = new pg.Client({ connectionString: installation.engine.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select 1 from case_engine.signals where id = $1 for update', [slow.id]);
      let isDone = false;
      const held = change(slow.signalId).finally(() => (isDone = true));
      expect((await list('slow')).count).toBe(2);
      expect((await installation.get<SantamonStats>('/stats', init)).total_signals).toBe(2);
      expect((await change(other.signalId)).status).toBe(200);
      expect(isDone).toBe(false);
      await holder.query('commit');
      expect((await held).status).toBe(200);
    } finally {
      await holder.end();
    }
  });

  it('an invalid status is refused, and costs nothing', async () => {
    for (let n = 0; n < 40; n += 1) {
      const refused = await installation.engine.ask('viewer', '/signals?status=closed');
      expect(refused.status).toBe(400);
      expect(await refused.json()).toEqual({
        detail: 'Invalid status. Must be one of: open, acknowledged, resolved, all',
      });
    }
    expect((await installation.engine.ask('viewer', '/signals')).status).toBe(200);
    for (const limit of ['0', '1001', 'many']) {
      const refused = await installation.engine.ask('viewer', `/signals?limit=${limit}`);
      expect(refused.status).toBe(422);
      expect(await refused.json()).toMatchObject({ detail: [{ loc: ['query', 'limit'], input: limit }] });
    }
    const wrong = await installation.send('PATCH', '/signals/x/status', { status: 'closed' });
    expect(wrong).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'status'], input: 'closed' }] } });
    const missing = await installation.send('PATCH', '/signals/x/status', { status: 'open' });
    expect(missing).toEqual({ status: 404, body: { detail: 'Signal not found' } });
  });

  it('statistics are not computed from signals: with all of them hidden they say the same', async () => {
    await installation.accept([aSignal({ hostId: 'counted' }), aSignal({ hostId: 'counted' })], 'counted');
    const before = await installation.get<SantamonStats>('/stats', { tenant: 'counted' });
    await installation.sql(`set role case_engine_job; update signals set tenant = 'hidden' where tenant = 'counted'`);
    expect(await installation.get<SantamonStats>('/stats', { tenant: 'counted' })).toEqual(before);
    expect(before).toMatchObject({ total_signals: 2, last_24h: 2, by_host: { counted: 2 } });
  });

  it('% and _ typed by a user are characters, and so is everything else', async () => {
    const titles = [
      'Disk 100% full',
      'Disk 1000 full',
      'under_score',
      'underXscore',
      'back\\slash',
      "quote' or 1=1",
      'ÄÖÜ ẞ',
    ];
    await installation.accept(
      titles.map((title, n) => aSignal({ title, ruleId: `RULE-${n}` })),
      'search',
    );
    const found = async (text: string): Promise<string[]> =>
      (await list('search', `search=${encode(text)}`)).signals.map(({ title }) => title).toSorted();
    expect(await found('100%')).toEqual(['Disk 100% full']);
    expect(await found('%')).toEqual(['Disk 100% full']);
    expect(await found('r_s')).toEqual(['under_score']);
    expect(await found('\\')).toEqual(['back\\slash']);
    expect(await found("' OR 1")).toEqual(["quote' or 1=1"]);
    expect(await found('  disk 1  ')).toEqual(['Disk 100% full', 'Disk 1000 full'].toSorted());
    expect(await found('äöü')).toEqual(['ÄÖÜ ẞ']);
    expect(await found('rule-6')).toEqual(['ÄÖÜ ẞ']);
    expect(await found('full\nrule')).toEqual([]);
    expect(await found('')).toHaveLength(titles.length);
  });
});
