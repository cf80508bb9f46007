import { notificationDeliveredV1, notificationFailedV1, type Verdict } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

interface Run {
  readonly id: string;
  readonly commitSha: string;
  readonly commitAuthor: string | null;
  readonly new: number | null;
  readonly fixed: number | null;
  readonly previousRun: string | null;
  readonly late: boolean;
  readonly counts: Record<string, number>;
  readonly byTool: Record<string, Record<string, number>>;
  readonly verdict: Verdict;
  readonly documents: { readonly documentDigest: string }[];
  readonly alerts: { readonly delivered: boolean }[];
  readonly ciProvider: string | null;
  readonly team: { readonly slug: string } | null;
}

interface Page {
  readonly items: Run[];
  readonly nextCursor: string | null;
}

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

const onMain = (repo: string, run: number, ids: string[], known: object = {}) => ({
  findings: ids.map((id) => aFinding(id)),
  origin: push('main', {
    repo,
    runId: `${run}`,
    commitSha: `c${run}`,
    commitAuthor: 'Ada <ada@acme.example>',
    ...known,
  }),
});

/** The history of a repository once every run in it has been compared with the one before it. */
async function history(query: string, count: number): Promise<Run[]> {
  return eventually(`${count} runs of ${query}`, async () => {
    const { items } = await installation.get<Page>(`/api/v1/history?${query}&limit=500`);
    return items.length === count && items.every((run) => run.new !== null) && items;
  });
}

describe('the history of a repository', () => {
  it('has every run with its commit, author, counts by tool, what is new and fixed, verdict and digests', async () => {
    await installation.judge(onMain('shop', 1, ['CVE-1', 'CVE-2']));
    await installation.judge(onMain('shop', 2, ['CVE-2', 'CVE-3', 'CVE-4'], { runUrl: 'https://ci/2' }));
    const [second, first] = await history('provider=github&org=acme&repo=shop&branch=main', 2);
    expect(first).toMatchObject({ commitSha: 'c1', new: 2, fixed: 0, previousRun: null, late: false });
    expect(second).toMatchObject({
      commitSha: 'c2',
      commitAuthor: 'Ada <ada@acme.example>',
      runUrl: 'https://ci/2',
      branch: 'main',
      new: 2,
      fixed: 1,
      previousRun: first?.id,
      counts: { high: 3 },
      verdict: { verdict: 'not-applicable' },
      ciProvider: 'github',
      alerts: [],
    });
    expect(Object.values(second!.byTool)).toMatchObject([{ high: 3, misconfigurations: 0, secrets: 0, licenses: 0 }]);
    expect(second!.documents[0]?.documentDigest).toMatch(/^sha256:/);
  });

  it('is the same whatever the order of arrival, each run compared with the one before it', async () => {
    const found = [['CVE-1'], ['CVE-1', 'CVE-2'], ['CVE-2'], ['CVE-2', 'CVE-3', 'CVE-4'], ['CVE-4']];
    const changes = [];
    for (const [n, order] of [
      [0, 1, 2, 3, 4],
      [4, 2, 0, 3, 1],
      [1, 4, 3, 2, 0, 2, 1],
    ].entries()) {
      for (const run of order) {
        await installation.judge({ ...onMain(`shuffled-${n}`, run, found[run]!), document: `${run}` });
      }
      const runs = await eventually('runs that follow each other', async () => {
        const items = (await history(`repo=shuffled-${n}`, 5)).toSorted((a, b) => (a.commitSha < b.commitSha ? -1 : 1));
        const chained = items.every((run, at) => run.previousRun === (at === 0 ? null : items[at - 1]!.id));
        return chained && items;
      });
      changes.push(runs.map((run) => [run.new, run.fixed]));
    }
    expect(changes[0]).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
      [2, 0],
      [0, 2],
    ]);
    expect(changes[1]).toEqual(changes[0]);
    expect(changes[2]).toEqual(changes[0]);
  });

  it('goes on by its cursor, and is narrowed by time, pull request and an organisation with slashes', async () => {
    const org = 'acme/sub/group';
    for (const run of [1, 2, 3]) await installation.judge(onMain('paged', run, [], { org }));
    await installation.judge({ findings: [], origin: { repo: 'paged', org, prId: '9', runId: '4' } });
    const query = `org=${encodeURIComponent(org)}&repo=paged`;
    const first = await installation.get<Page>(`/api/v1/history?${query}&limit=3`);
    const rest = await installation.get<Page>(`/api/v1/history?${query}&limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toHaveLength(4);
    expect(rest.nextCursor).toBeNull();
    expect(await history(`${query}&prId=9`, 1)).toHaveLength(1);
    const [later, hour] = [new Date(Date.now() + 3_600_000), new Date(Date.now() - 3_600_000)].map((at) =>
      at.toISOString(),
    );
    expect(await history(`${query}&since=${hour}&until=${later}`, 4)).toHaveLength(4);
    expect((await installation.get<Page>(`/api/v1/history?${query}&until=${hour}`)).items).toEqual([]);
    expect((await installation.ask('viewer', '/api/v1/history?since=yesterday')).status).toBe(422);
  });

  it('is not shown to another tenant, nor repositories to a credential that is for others', async () => {
    expect((await installation.get<Page>('/api/v1/history?repo=shop', { tenant: 'beta' })).items).toEqual([]);
    expect((await installation.get<Page>('/api/v1/history?repo=shop', { repositories: ['acme/other'] })).items).toEqual(
      [],
    );
    const trend = await installation.get<{ points: [] }>('/api/v1/history/trend?repo=shop', {
      repositories: ['acme/other'],
    });
    expect(trend.points).toEqual([]);
  });
});

describe('the trend', () => {
  it('is a series of counts, new and fixed by day, week or run', async () => {
    const runs: [number, string[]][] = [
      [1, ['CVE-1', 'CVE-2']],
      [2, ['CVE-2']],
      [9, ['CVE-2', 'CVE-3', 'CVE-4']],
    ];
    for (const [day, ids] of runs) {
      const runStartedAt = new Date(Date.UTC(2026, 5, day, 9)).toISOString();
      await installation.judge(onMain('trend', day, ids, { runStartedAt }));
    }
    await history('repo=trend', 3);
    const trend = async (bucket: string) =>
      (await installation.get<{ points: object[] }>(`/api/v1/history/trend?repo=trend&bucket=${bucket}`)).points;
    expect(await trend('day')).toMatchObject([
      { at: '2026-06-01T00:00:00.000Z', runs: 1, counts: { high: 2, kev: 0 }, new: 2, fixed: 0 },
      { at: '2026-06-02T00:00:00.000Z', runs: 1, counts: { high: 1 }, new: 0, fixed: 1 },
      { at: '2026-06-09T00:00:00.000Z', runs: 1, counts: { high: 3 }, new: 2, fixed: 0 },
    ]);
    expect(await trend('week')).toMatchObject([
      { runs: 2, counts: { high: 1 }, new: 2, fixed: 1 },
      { runs: 1, counts: { high: 3 } },
    ]);
    expect(await trend('run')).toMatchObject([{ commitSha: 'c1' }, { commitSha: 'c2' }, { commitSha: 'c9' }]);
    expect((await installation.ask('viewer', '/api/v1/history/trend?bucket=year')).status).toBe(422);
  });
});

describe('one run', () => {
  it('has an audit trail: accepted, scanned, judged and excepted, alerts sent, in order', async () => {
    const exception = { what: { kind: 'vulnerability', id: 'CVE-9' }, where: { kind: 'tenant' }, reason: 'Accepted' };
    await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: exception });
    const { runId } = await installation.judge(onMain('trail', 1, ['CVE-1', 'CVE-9']));
    await tellOfAlerts(runId);
    const trail = await eventually('the alerts', async () => {
      const read = await installation.get<{
        entries: { what: string; at: string; details: Record<string, unknown> }[];
        missing: string[];
      }>(`/api/v1/runs/${runId}/audit-trail`);
      return read.entries.filter(({ what }) => what === 'alerted').length === 2 && read;
    });
    expect(trail.entries.map(({ what }) => what)).toEqual([
      'accepted',
      'scanned',
      'judged',
      'excepted',
      'alerted',
      'alerted',
    ]);
    expect(trail.entries.map(({ at }) => at)).toEqual(trail.entries.map(({ at }) => at).toSorted());
    expect(trail.entries[1]?.details).toMatchObject({ engines: [{ name: 'assay-osv', version: '0.1.0' }] });
    expect(trail.entries.slice(-2).map(({ details }) => details['delivered'])).toEqual([true, false]);
    expect(trail.missing).toEqual(['signer']);
    const run = await installation.get<Run>(`/api/v1/runs/${runId}`);
    expect(run.alerts).toMatchObject([{ delivered: true }, { delivered: false }]);
    expect((await installation.ask('viewer', `/api/v1/runs/${runId}/audit-trail`, { tenant: 'beta' })).status).toBe(
      404,
    );
  });
});

describe('teams', () => {
  it('own repositories by pattern, and narrow cases and history', async () => {
    for (const repo of ['pay-api', 'pay-web', 'blog']) await installation.judge(onMain(repo, 1, ['CVE-1']));
    const json = { name: 'Payments', repositories: ['acme/pay-*'] };
    expect((await installation.ask('viewer', '/api/v1/teams', { method: 'POST', json })).status).toBe(403);
    const made = await installation.ask('admin', '/api/v1/teams', { method: 'POST', json });
    const team = (await made.json()) as { id: string; slug: string };
    expect([made.status, team.slug]).toEqual([201, 'payments']);
    expect((await installation.ask('admin', '/api/v1/teams', { method: 'POST', json })).status).toBe(409);

    const cases = await installation.get<{ repo_name: string; team: object }[]>('/api/v1/cases?team=payments');
    expect(cases.map(({ repo_name }) => repo_name).toSorted()).toEqual(['pay-api', 'pay-web']);
    expect(cases[0]?.team).toEqual({ id: team.id, slug: 'payments', name: 'Payments' });
    expect((await history('team=payments', 2)).map((run) => run.team?.slug)).toEqual(['payments', 'payments']);
    expect(await installation.get('/api/v1/cases?team=nobody')).toEqual([]);

    const path = `/api/v1/teams/${team.id}`;
    const changed = await installation.ask('admin', path, { method: 'PATCH', json: { repositories: ['acme/blog'] } });
    expect(await changed.json()).toMatchObject({ name: 'Payments', repositories: ['acme/blog'] });
    expect(await installation.get('/api/v1/cases?team=payments')).toMatchObject([{ repo_name: 'blog' }]);
    expect((await installation.ask('admin', path, { method: 'DELETE', tenant: 'beta' })).status).toBe(404);
    expect((await installation.ask('admin', path, { method: 'DELETE' })).status).toBe(204);
    expect((await installation.get<{ items: [] }>('/api/v1/teams')).items).toEqual([]);
  });
});

/** What alerting says after it has told two channels of a run, and reached one. */
async function tellOfAlerts(runId: string): Promise<void> {
  const { DATABASE_URL, NATS_PREFIX } = installation.environment as Record<string, string>;

  const database = await openDatabase('alerting', runtimeUrl(DATABASE_URL!, 'alerting', testInternalKey));
  const transactions = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'alerting', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
    { transactions, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  const about = { runId, caseId: null, attempt: 1, alertId: newId() };
  await transactions.run('acme', async (tx) => {
    tx.publish(notificationDeliveredV1, { ...about, deliveryId: newId(), channelId: newId(), statusCode: 204 });
  });
  await transactions.run('acme', async (tx) => {
    const failed = { ...about, deliveryId: newId(), channelId: newId(), statusCode: 500, error: 'It answered 500.' };
    tx.publish(notificationFailedV1, failed);
  });
  await eventually('both are out', () => installation.bus.ofType(notificationFailedV1.type)[0]);
  await messaging.stop();
  await database.close();
}
