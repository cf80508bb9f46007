import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { signalsChangedV1, signalsClearedV1, signalsRaisedV1 } from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AskInit } from './case-engine-installation.js';
import { aSignal } from './signals.js';
import {
  type NativePage,
  type NativeSignal,
  type SantamonList,
  type SantamonStats,
  SignalsInstallation,
} from './signals-installation.js';

let installation: SignalsInstallation;
beforeAll(async () => {
  installation = await SignalsInstallation.start({ SIGNAL_RETENTION_DAYS: '90' });
});
afterAll(async () => {
  await installation.stop();
});

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/signals/${name}`, import.meta.url));

interface Sent {
  readonly signal_id: string;
  readonly ts: string;
  readonly host_id: string;
  readonly rule_id: string;
  readonly rule_description: string;
  readonly severity: 'high' | 'critical';
  readonly title: string;
  readonly tags: string[];
  readonly context: Record<string, unknown>;
}

const toSignal = (sent: Sent) =>
  aSignal({
    signalId: sent.signal_id,
    ts: sent.ts,
    hostId: sent.host_id,
    ruleId: sent.rule_id,
    ruleDescription: sent.rule_description,
    severity: sent.severity,
    title: sent.title,
    tags: sent.tags,
    context: sent.context,
  });

describe('the signals of a fleet', () => {
  const expected = JSON.parse(fixture('santamon-expected.json').toString()) as {
    total: number;
    by_severity: Record<string, number>;
    by_host: Record<string, number>;
    by_rule: Record<string, number>;
  };
  const lines = gunzipSync(fixture('santamon-signals.jsonl.gz')).toString().trim().split('\n');
  // The gateway recognises those that were sent twice.
  const sent = [
    ...new Map(lines.map((line) => JSON.parse(line) as Sent).map((each) => [each.signal_id, each])).values(),
  ];

  beforeAll(async () => {
    await installation.accept(sent.map(toSignal), 'fleet');
  });

  it('give the stated statistics', async () => {
    const stats = await installation.get<SantamonStats>('/stats', { tenant: 'fleet' });
    expect(stats.total_signals).toBe(expected.total);
    expect(stats.last_24h).toBe(0);
    expect(stats.by_severity).toEqual(expected.by_severity);
    expect(stats.by_host).toEqual(expected.by_host);
    const rules = Object.entries(expected.by_rule).toSorted(([, one], [, other]) => other - one);
    expect(stats.top_rules.map(({ count }) => count)).toEqual(rules.slice(0, 10).map(([, count]) => count));
    for (const { rule_id, count } of stats.top_rules) expect(count).toBe(expected.by_rule[rule_id]);
  });

  it('are listed as they were sent, newest first, page by page without a gap', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page: SantamonList = await installation.get(`/santamon/signals?limit=93&cursor=${cursor}`, {
        tenant: 'fleet',
      });
      expect(page.count).toBe(page.signals.length);
      seen.push(...page.signals.map(({ signal_id }) => signal_id));
      for (const { received_at, context, ...shown } of page.signals) {
        const original = sent.find(({ signal_id }) => signal_id === shown.signal_id)!;
        expect({ ...shown, context }).toEqual({ ...original, status: 'open' });
        expect(received_at).toMatch(/Z$/);
      }
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    const newestFirst = sent.toSorted((one, other) => (one.ts < other.ts ? 1 : -1)).map(({ signal_id }) => signal_id);
    expect(seen).toEqual(newestFirst);
  });

  it.each([
    'host_id=mac-05.corp.example',
    'severity=critical',
    'search=ssh',
    'search=SM-00',
    'severity=high&host_id=mac-01.corp.example',
  ])('are narrowed by %s to what a walk through all of them finds', async (query) => {
    const wanted = new URLSearchParams(query);
    const search = wanted.get('search')?.toLowerCase() ?? '';
    const fits = sent.filter(
      ({ host_id, severity, title, rule_id }) =>
        (wanted.get('host_id') ?? host_id) === host_id &&
        (wanted.get('severity') ?? severity) === severity &&
        (title.toLowerCase().includes(search) || rule_id.toLowerCase().includes(search)),
    );
    const page = await installation.get<SantamonList>(`/signals?limit=1000&${query}`, { tenant: 'fleet' });
    expect(page.signals.map(({ signal_id }) => signal_id)).toEqual(
      fits.toSorted((one, other) => (one.ts < other.ts ? 1 : -1)).map(({ signal_id }) => signal_id),
    );
    expect(page.count).toBeGreaterThan(0);
  });

  it('raise each rule on each host once', () => {
    const raised = installation
      .said(signalsRaisedV1)
      .flatMap(({ groups }) => groups)
      .filter(({ hostId }) => hostId.startsWith('mac-'));
    const pairs = new Set(sent.map(({ host_id, rule_id }) => `${host_id} ${rule_id}`));
    expect(raised.map(({ hostId, ruleId }) => `${hostId} ${ruleId}`).toSorted()).toEqual([...pairs].toSorted());
  });
});

describe('a signal', () => {
  it('that comes again, after everything was published anew, changes nothing', async () => {
    const tenant = 'replay';
    const signals = Array.from({ length: 5 }, (_, n) => aSignal({ hostId: 'replayed', signalId: `s${n}` }));
    await installation.accept(signals, tenant);
    await installation.send('PATCH', '/signals/s0/status', { status: 'resolved' }, { tenant });
    await installation.sql('delete from inbox');
    await installation.accept([...signals, aSignal({ hostId: 'replayed', signalId: 's5' })], tenant);
    const stats = await eventually('the last one', async () => {
      const counted = await installation.get<SantamonStats>('/stats', { tenant });
      return counted.total_signals === 6 && counted;
    });
    expect(stats).toMatchObject({ by_host: { replayed: 6 }, last_24h: 6 });
    expect((await installation.get<SantamonList>('/signals?status=resolved', { tenant })).count).toBe(1);
  });

  it('is raised once, cleared when the last of its group is resolved, and raised again by the next', async () => {
    const [tenant, group] = ['groups', { hostId: 'grouped', ruleId: 'R1' }];
    const [first, second] = [aSignal({ ...group, severity: 'critical' }), aSignal({ ...group, severity: 'low' })];
    await installation.accept([first], tenant);
    await installation.accept([second], tenant);
    const of = (said: readonly { groups: readonly { hostId: string }[] }[]) =>
      said.flatMap(({ groups }) => groups).filter(({ hostId }) => hostId === 'grouped');
    await installation.send('PATCH', `/signals/${first.signalId}/status`, { status: 'resolved' }, { tenant });
    expect(of(installation.said(signalsClearedV1))).toEqual([]);
    await installation.send('PATCH', `/signals/${second.signalId}/status`, { status: 'resolved' }, { tenant });
    await eventually('it is cleared', () => of(installation.said(signalsClearedV1)).length === 1);
    expect(of(installation.said(signalsRaisedV1))).toHaveLength(1);

    const third = aSignal({ ...group, severity: 'low' });
    await installation.accept([third], tenant);
    const raised = await eventually('it is raised again', () => {
      const groups = of(installation.said(signalsRaisedV1));
      return groups.length === 2 && groups;
    });
    expect(raised[1]).toMatchObject({ open: 1, severity: 'low', newestId: third.id });
    expect(await installation.get('/api/v1/signals/groups?unresolved=true', { tenant })).toMatchObject({
      items: [{ hostId: 'grouped', ruleId: 'R1', open: 1, acknowledged: 0, resolved: 2, newestId: third.id }],
      nextCursor: null,
    });
  });

  it('shows its context in full, from the artifact where it was too long for a message', async () => {
    const whole = { note: 'ü'.repeat(60_000), inner: [1, { two: null }] };
    const contextDocument = await installation.engine.artifacts.put(
      'acme',
      Buffer.from(JSON.stringify(whole)),
      'application/json',
    );
    const signal = aSignal({ context: { note: 'ü…' }, contextDocument, mended: ['context'] });
    await installation.accept([signal]);
    const shown = await installation.get<Record<string, unknown>>(`/api/v1/signals/${signal.id}`);
    expect(shown).toMatchObject({ id: signal.id, mended: ['context'], digest: signal.digest, history: [] });
    expect(shown['context']).toEqual(whole);
    const listed = await installation.get<SantamonList>(`/signals?host_id=${signal.hostId}`);
    expect(listed.signals.find(({ signal_id }) => signal_id === signal.signalId)?.context).toEqual({ note: 'ü…' });
    await installation.engine.artifacts.remove('acme', contextDocument.digest);
    const left = await installation.get<Record<string, unknown>>(`/api/v1/signals/${signal.id}`);
    expect(left['context']).toEqual({ note: 'ü…' });
  });
});

describe('what people do to signals', () => {
  const tenant = 'people';
  const signals = Array.from({ length: 6 }, (_, n) => aSignal({ hostId: `h${n % 2}`, ruleId: `R${n % 3}` }));
  beforeAll(async () => {
    await installation.accept(signals, tenant);
  });

  it('is remembered: who, when, from where to where, why', async () => {
    const { id } = signals[0]!;
    const init = { tenant, actor: 'user:ada' } as const;
    await installation.send('PATCH', `/api/v1/signals/${id}`, { status: 'acknowledged', assignee: 'ada' }, init);
    await installation.send('PATCH', `/api/v1/signals/${id}`, { comment: 'looks like the updater' }, init);
    await installation.send('PATCH', `/api/v1/signals/${id}`, { status: 'resolved', reason: 'it was' }, { tenant });
    const { body, status } = await installation.send(
      'PATCH',
      `/api/v1/signals/${id}`,
      { status: 'resolved', reason: 'it was' },
      { tenant, actor: 'user:eve' },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, status: 'resolved', assignee: 'ada' });
    const { history } = await installation.get<{ history: Record<string, unknown>[] }>(`/api/v1/signals/${id}`, {
      tenant,
    });
    expect(history).toMatchObject([
      { actor: 'user:ada', from: 'open', to: 'acknowledged', assignee: 'ada', comment: null, reason: null },
      { actor: 'user:ada', from: 'acknowledged', to: 'acknowledged', comment: 'looks like the updater' },
      { actor: 'key:test', from: 'acknowledged', to: 'resolved', reason: 'it was' },
      { actor: 'user:eve', from: 'resolved', to: 'resolved', reason: 'it was' },
    ]);
    const changed = await eventually('the events', () => {
      const said = installation
        .said(signalsChangedV1)
        .filter((each) => each.signals.some((signal) => signal.id === id));
      return said.length === 4 && said;
    });
    expect(changed[0]).toMatchObject({ assignee: 'ada', signals: [{ from: 'open', to: 'acknowledged' }] });
  });

  it('needs a reason where it closes', async () => {
    const path = `/api/v1/signals/${signals[1]!.id}`;
    const refused = await installation.send('PATCH', path, { status: 'resolved' }, { tenant });
    expect(refused.status).toBe(422);
    expect((refused.body as { errors: { field: string }[] }).errors.every(({ field }) => field === 'reason')).toBe(
      true,
    );
    const missing = await installation.send(
      'PATCH',
      `/api/v1/signals/${signals[1]!.id.replace(/.$/, 'f').replace(/^..../, '0000')}`,
      { comment: 'x' },
      { tenant },
    );
    expect(missing.status).toBe(404);
  });

  it('is done to many at once, by id or by filter', async () => {
    const ids = signals.slice(1, 3).map(({ id }) => id);
    const unknown = '0198a0b0-0000-7000-8000-000000000000';
    const byIds = await installation.send(
      'POST',
      '/api/v1/signals/changes',
      { ids: [...ids, unknown], status: 'acknowledged', assignee: 'bob' },
      { tenant },
    );
    expect(byIds).toMatchObject({ status: 200, body: { changed: 2, unchanged: 0, missing: [unknown], more: false } });
    const assigned = await installation.get<NativePage>('/api/v1/signals?assignee=bob&count=true', { tenant });
    expect(assigned.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(assigned.total).toBe(2);

    const byFilter = await installation.send(
      'POST',
      '/api/v1/signals/changes',
      { filter: { host: 'h1' }, status: 'resolved', reason: 'rebuilt' },
      { tenant },
    );
    expect(byFilter).toMatchObject({ status: 200, body: { changed: 3, missing: [], more: false } });
    const left = await installation.get<NativePage>('/api/v1/signals?host=h1&status=open', { tenant });
    expect(left.items).toEqual([]);
    expect(await installation.get('/api/v1/signals/stats', { tenant })).toMatchObject({
      total: 6,
      byStatus: { resolved: 4 },
    });
    const neither = await installation.send(
      'POST',
      '/api/v1/signals/changes',
      { filter: null, status: 'open' },
      { tenant },
    );
    expect(neither.status).toBe(422);
  });

  it('is for admins and analysts', async () => {
    const response = await installation.engine.ask('viewer', `/api/v1/signals/${signals[0]!.id}`, {
      method: 'PATCH',
      json: { comment: 'x' },
      tenant,
    });
    expect(response.status).toBe(403);
    expect((await installation.engine.ask('agent', '/signals', { tenant })).status).toBe(403);
  });
});

describe('a credential that is limited to hosts', () => {
  const tenant = 'limited';
  const signals = ['mine', 'mine', 'other'].map((hostId) =>
    aSignal({ hostId, signalId: `${hostId}-1`, severity: 'low' }),
  );
  const init = { tenant, hosts: ['mine'] };
  beforeAll(async () => {
    await installation.accept(signals, tenant);
  });

  it('sees the signals of these hosts and no others', async () => {
    const ids = (page: NativePage) => page.items.map(({ id }) => id).toSorted();
    const mine = signals
      .slice(0, 2)
      .map(({ id }) => id)
      .toSorted();
    for (const query of ['', '?severity=low', '?search=interpreter', '?host=mine', '?status=open']) {
      expect(ids(await installation.get<NativePage>(`/api/v1/signals${query}`, init)), query).toEqual(mine);
    }
    expect(ids(await installation.get<NativePage>('/api/v1/signals?host=other', init))).toEqual([]);
    expect((await installation.engine.ask('viewer', `/api/v1/signals/${signals[2]!.id}`, init)).status).toBe(404);
    expect(await installation.get('/api/v1/signals/groups', init)).toMatchObject({
      items: [{ hostId: 'mine', open: 2 }],
    });
    expect(await installation.get('/stats', init)).toMatchObject({
      total_signals: 2,
      last_24h: 2,
      by_severity: { low: 2 },
      by_host: { mine: 2 },
    });
  });

  it('changes none of others', async () => {
    expect((await installation.send('PATCH', '/signals/other-1/status', { status: 'resolved' }, init)).status).toBe(
      404,
    );
    const many = await installation.send(
      'POST',
      '/api/v1/signals/changes',
      { filter: {}, status: 'acknowledged' },
      init,
    );
    expect(many.body).toMatchObject({ changed: 2 });
    expect(
      (await installation.get<{ status: string } & NativeSignal>(`/api/v1/signals/${signals[2]!.id}`, { tenant }))
        .status,
    ).toBe('open');
  });
});

describe('a host that is shown to some people only', () => {
  const tenant = 'restricted';
  const signals = ['secret', 'secret-too', 'open'].map((hostId) => aSignal({ hostId, severity: 'low' }));
  const hosts = async (init: AskInit): Promise<string[]> =>
    (await installation.get<NativePage>('/api/v1/signals', { tenant, ...init })).items
      .map(({ hostId }) => hostId)
      .toSorted();

  beforeAll(async () => {
    await installation.accept(signals, tenant);
    await installation.sql(`set role case_engine_job;
      insert into known_hosts (tenant, host_id, hostname, friendly_name, groups, tenant_users, version, removed)
        values ('${tenant}', '0198a0b0-0000-7000-8000-000000000001', 'secret.example', '', '{vault}', '{user:ada}', 1, false);
      insert into known_host_ids (tenant, dialect, id, host_id) values
        ('${tenant}', 'santamon', 'secret', '0198a0b0-0000-7000-8000-000000000001'),
        ('${tenant}', 'patchmon', 'secret-too', '0198a0b0-0000-7000-8000-000000000001')`);
  });

  it('has its signals shown to these, and to admins', async () => {
    expect(await hosts({ actor: 'user:ada' })).toEqual(['open', 'secret', 'secret-too']);
    expect(await hosts({ actor: 'user:eve' })).toEqual(['open']);
    const asAdmin = await installation.engine.ask('admin', '/api/v1/signals/stats', { tenant, actor: 'user:root' });
    expect(await asAdmin.json()).toMatchObject({ total: 3 });
    const eve = { tenant, actor: 'user:eve' } as const;
    expect(await installation.get('/api/v1/signals/stats', eve)).toMatchObject({
      total: 1,
      last24h: 1,
      byHost: { open: 1 },
    });
    expect(
      (await installation.get<NativePage>('/api/v1/signals?severity=low&search=interpreter', eve)).items,
    ).toHaveLength(1);
    expect((await installation.get<NativePage>('/api/v1/signals?host=secret', eve)).items).toEqual([]);
    expect((await installation.engine.ask('viewer', `/api/v1/signals/${signals[0]!.id}`, eve)).status).toBe(404);
    const change = await installation.send(
      'POST',
      '/api/v1/signals/changes',
      { filter: {}, status: 'acknowledged' },
      eve,
    );
    expect(change.body).toMatchObject({ changed: 1 });
  });

  it('is known to a credential by its name, its group and any of its ids', async () => {
    for (const name of ['secret.example', 'group:vault', 'secret-too', '0198a0b0-0000-7000-8000-000000000001']) {
      expect(await hosts({ hosts: [name], actor: 'user:ada' }), name).toEqual(['secret', 'secret-too']);
    }
    expect(await hosts({ hosts: ['secret'], actor: 'user:eve' })).toEqual([]);
  });
});
