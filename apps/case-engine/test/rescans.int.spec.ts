import {
  findingsChangedV1,
  findingsJudgedV1,
  runRescanFailedV1,
  runRescannedV1,
  runsExpiredV1,
} from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExpireRuns } from '../src/rescans/expire-runs.service.js';
import { StartDueRescans } from '../src/rescans/start-due-rescans.service.js';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';
import { RescanNeighbours } from './rescan-neighbours.js';

interface Rescan {
  readonly id: string;
  readonly trigger: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly stopped: number;
  readonly verified: number;
  readonly feeds: object[] | null;
  readonly refresh: { readonly state: string; readonly message: string | null } | null;
  readonly jobs: { readonly error: string | null; readonly slices: number }[];
}

interface RunRescan {
  readonly state: string;
  readonly reason: { readonly status: string } | null;
  readonly newCount: number;
  readonly newExceptedCount: number;
  readonly newKevCount: number;
  readonly presentCount: number;
  readonly exceptedCount: number;
  readonly news: { readonly id: string; readonly list: string; readonly excepted: boolean }[];
}

let neighbours: RescanNeighbours;
let installation: CaseEngineInstallation;
let admin: pg.Client;
beforeAll(async () => {
  neighbours = await RescanNeighbours.start();
  installation = await CaseEngineInstallation.start(neighbours.environment);
  neighbours.serve(installation);
  admin = new pg.Client({ connectionString: installation.adminUrl });
  await admin.connect();
  await admin.query('set search_path = case_engine');
});
afterAll(async () => {
  await admin.end();
  await installation.stop();
  await neighbours.stop();
});

const kev = {
  dateAdded: '2031-01-01',
  dueDate: null,
  requiredAction: 'Update',
  knownRansomware: false,
} as unknown as NonNullable<ReturnType<typeof aFinding>['kev']>;

/** Versions of a repository's main branch, the oldest first; commits are `<repo>-1` and so on. */
async function versions(repo: string, count: number, tenant = 'acme'): Promise<{ runId: string; digest: string }[]> {
  const runs = [];
  for (let n = 1; n <= count; n++) {
    const commitSha = `${repo}-${n}`;
    const findings = [aFinding('CVE-1')];
    neighbours.finds(commitSha, findings);
    runs.push(
      await neighbours.send(installation, {
        tenant,
        findings,
        origin: push('main', { repo, commitSha, runId: `${n}` }),
      }),
    );
  }
  return runs;
}

async function begin(json: object, tenant = 'acme'): Promise<string> {
  const response = await installation.ask('analyst', '/api/v1/rescans', { method: 'POST', json, tenant });
  expect(response.status).toBe(202);
  return ((await response.json()) as Rescan).id;
}

const ended = (id: string, tenant = 'acme'): Promise<Rescan> =>
  eventually('the end of the rescan', async () => {
    const rescan = await installation.get<Rescan>(`/api/v1/rescans/${id}`, { tenant });
    return rescan.state === 'done' && rescan;
  });
const rescansOf = async (runId: string, tenant = 'acme'): Promise<RunRescan[]> =>
  (await installation.get<{ items: RunRescan[] }>(`/api/v1/runs/${runId}/rescans`, { tenant })).items;

describe('a rescan', () => {
  it('judges what is found now by the exceptions of now, in older versions and in the newest', async () => {
    const [older, newest] = await versions('judged', 2);
    for (const commit of ['judged-1', 'judged-2']) {
      neighbours.finds(commit, [aFinding('CVE-1'), aFinding('CVE-2'), aFinding('CVE-3', { kev }), aFinding('CVE-4')]);
    }
    const what = { kind: 'vulnerability', id: 'CVE-4' };
    const exception = { what, where: { kind: 'repository', org: 'acme', repo: 'judged' }, reason: 'Never reached' };
    expect((await installation.ask('admin', '/api/v1/exceptions', { method: 'POST', json: exception })).status).toBe(
      201,
    );
    const rescan = await ended(await begin({ repo: 'acme/judged' }));
    expect(rescan).toMatchObject({ trigger: 'request', total: 2, done: 2, stopped: 0 });
    expect(rescan.feeds).toEqual([{ name: 'osv', version: '7', refreshedAt: '2031-01-01T00:00:00Z' }]);
    const counts = { newCount: 2, newExceptedCount: 1, newKevCount: 1, presentCount: 3, exceptedCount: 1 };
    for (const { runId } of [older!, newest!])
      expect(await rescansOf(runId)).toMatchObject([{ state: 'done', ...counts }]);
    const told = await eventually('an event for each', () => {
      const events = installation
        .said(runRescannedV1)
        .filter(({ subject }) => subject?.kind === 'branch' && subject.repo === 'judged');
      return events.length === 2 && events;
    });
    expect(told.map((each) => each.new.map(({ vulnerabilityId }) => vulnerabilityId))).toEqual([
      ['CVE-3', 'CVE-2'],
      ['CVE-3', 'CVE-2'],
    ]);
    // Only the version that the case stands by changes the case.
    const judged = installation
      .said(findingsJudgedV1)
      .filter(({ because, runId }) => because === 'advisories' && [older!.runId, newest!.runId].includes(runId ?? ''));
    expect(judged).toMatchObject([
      { runId: newest!.runId, openedCount: 2, exceptedCount: 1, counts: { high: 3, kev: 1, excluded: 1 } },
    ]);
  });

  it('finds nothing twice: "lists grow on every run"', async () => {
    const [only] = await versions('twice', 1);
    neighbours.finds('twice-1', [aFinding('CVE-1'), aFinding('CVE-2')]);
    await ended(await begin({ runId: only!.runId }));
    neighbours.finds('twice-1', [aFinding('CVE-1')]);
    await ended(await begin({ runId: only!.runId }));
    neighbours.finds('twice-1', [aFinding('CVE-1'), aFinding('CVE-2')]);
    await ended(await begin({ runId: only!.runId }));
    expect((await rescansOf(only!.runId)).map(({ newCount }) => newCount)).toEqual([0, 0, 1]);
    const report = await installation.get<{ newFindings: object[] }>(`/api/v1/runs/${only!.runId}/report.json`);
    expect(report.newFindings).toMatchObject([{ id: 'CVE-2', foundAt: expect.any(String) }]);
  });

  it('says also what advisories had brought into the newest version before it', async () => {
    const [only] = await versions('fed', 1);
    const run = await installation.get<{ documents: { scanId: string; receiptId: string; tool: string }[] }>(
      `/api/v1/runs/${only!.runId}`,
    );
    const { receiptId, scanId, tool } = run.documents[0]!;
    const findings = [aFinding('CVE-1'), aFinding('CVE-9')];
    neighbours.finds('fed-1', findings);
    const scan = await installation.scanOf({ findings, origin: push('main', { repo: 'fed' }) });
    const subject = { kind: 'branch', provider: 'github', org: 'acme', repo: 'fed', branch: 'main' } as const;
    await installation.say(
      findingsChangedV1,
      { receiptId, scanId, subject, tool, opened: 1, resolved: 0, findings: scan.findings },
      { version: 1 },
    );
    await eventually('the case follows the advisories', () =>
      installation.said(findingsJudgedV1).some(({ runId, openedCount }) => runId === only!.runId && openedCount === 1),
    );
    await eventually('both are open', async () => {
      const { counts } = await installation.get<{ counts: { high: number } }>(`/api/v1/runs/${only!.runId}`);
      return counts.high === 2;
    });
    await ended(await begin({ runId: only!.runId }));
    expect((await rescansOf(only!.runId))[0]).toMatchObject({ newCount: 1, news: [{ id: 'CVE-9', list: 'new' }] });
  });

  it('stops for a run with a document that is not what it was, and goes on with the others', async () => {
    const runs = await versions('broken', 3);
    neighbours.tampered.add(runs[1]!.digest);
    for (const n of [1, 2, 3]) neighbours.finds(`broken-${n}`, [aFinding('CVE-1'), aFinding('CVE-2')]);
    expect(await ended(await begin({ repo: 'broken', org: 'acme' }))).toMatchObject({ total: 3, done: 2, stopped: 1 });
    expect(await rescansOf(runs[1]!.runId)).toMatchObject([
      { state: 'stopped', reason: { status: 'damaged-document' }, news: [] },
    ]);
    expect(await rescansOf(runs[0]!.runId)).toMatchObject([{ state: 'done', newCount: 1 }]);
  });

  it('"history file is neither signed nor chained": a history that names another document is stopped', async () => {
    const [only] = await versions('rewritten', 1);
    await admin.query(`update run_documents set document_digest = 'sha256:' || repeat('0', 64) where run_id = $1`, [
      only!.runId,
    ]);
    expect(await ended(await begin({ runId: only!.runId }))).toMatchObject({ done: 0, stopped: 1 });
    expect(await rescansOf(only!.runId)).toMatchObject([{ reason: { status: 'missing-document' } }]);
  });

  it('waits for services that are away, and takes nothing for tampering meanwhile', async () => {
    const [only] = await versions('away', 1);
    neighbours.isAway = true;
    const id = await begin({ runId: only!.runId });
    const waiting = await eventually('a slice that failed', async () => {
      const rescan = await installation.get<Rescan>(`/api/v1/rescans/${id}`);
      return rescan.jobs.some(({ error }) => error !== null) && rescan;
    });
    expect(waiting).toMatchObject({ state: 'running', done: 0, stopped: 0 });
    neighbours.isAway = false;
    expect(await ended(id)).toMatchObject({ done: 1, stopped: 0 });
  });

  it('puts off a run that the signer has not come to yet, and asks for no verification of it', async () => {
    const [late, other] = await versions('late', 2);
    neighbours.notAttested.add(late!.digest);
    const id = await begin({ repo: 'acme/late' });
    await eventually('the other one', async () => (await rescansOf(other!.runId))[0]?.state === 'done');
    expect((await rescansOf(late!.runId))[0]?.state).toBe('waiting');
    expect(neighbours.verified.some(({ digest }) => digest === late!.digest)).toBe(false);
    neighbours.notAttested.clear();
    expect(await ended(id)).toMatchObject({ done: 2, stopped: 0 });
  });
});

describe('a run that cannot be matched', () => {
  it('fails alone, and says so', async () => {
    const [odd] = await versions('odd', 2);
    neighbours.unmatchable.add('odd-1');
    const rescan = await ended(await begin({ repo: 'acme/odd' }));
    expect(rescan).toMatchObject({ total: 2, done: 1, failed: 1 });
    const told = await eventually('its event', () => {
      const events = installation.said(runRescanFailedV1);
      return events.length > 0 && events;
    });
    expect(told).toMatchObject([
      { runId: odd!.runId, rescanId: rescan.id, commitSha: 'odd-1', status: 'not-matched', subject: { repo: 'odd' } },
    ]);
  });
});

describe('a rescan of everything', () => {
  const read = (id: string): Promise<Rescan> => installation.get<Rescan>(`/api/v1/rescans/${id}`, { tenant: 'oscorp' });
  const verified = (id: string) =>
    eventually('its documents are verified', async () => (await read(id)).verified === 1);

  it('matches once feeds are refreshed, verifies meanwhile, and goes on with what there is where that fails', async () => {
    await versions('fresh', 1, 'oscorp');
    neighbours.refreshes = [{ feed: 'osv', state: 'running', error: null }];
    const first = await begin({}, 'oscorp');
    await verified(first);
    expect(await read(first)).toMatchObject({ done: 0, refresh: { state: 'waiting' }, feeds: [{ version: '7' }] });
    neighbours.refreshes = [{ feed: 'osv', state: 'done', error: null }];
    neighbours.feedVersion = '8';
    expect(await ended(first, 'oscorp')).toMatchObject({
      done: 1,
      refresh: { state: 'done', message: null },
      feeds: [{ version: '8' }],
    });

    neighbours.refreshes = [{ feed: 'osv', state: 'failed', error: 'no such host' }];
    const failed = { done: 1, refresh: { state: 'failed', message: 'osv: no such host' } };
    expect(await ended(await begin({}, 'oscorp'), 'oscorp')).toMatchObject(failed);
    expect(await ended(await begin({ repo: 'acme/fresh' }, 'oscorp'), 'oscorp')).toMatchObject({ refresh: null });
    const asked = await begin({ repo: 'acme/fresh', refreshFeeds: true }, 'oscorp');
    expect(await ended(asked, 'oscorp')).toMatchObject(failed);

    neighbours.refreshes = [{ feed: 'osv', state: 'running', error: null }];
    const late = await begin({}, 'oscorp');
    await verified(late);
    await admin.query(`update rescans set started_at = started_at - interval '16 minutes' where id = $1`, [late]);
    expect(await ended(late, 'oscorp')).toMatchObject({ done: 1, refresh: { state: 'late' } });
    neighbours.refreshes = [];
    neighbours.feedVersion = '7';
  });
});

describe('rescans by the calendar', () => {
  it('begin night after night, for each tenant its own: "rescan is sequential over all tenants"', async () => {
    const [ours] = await versions('nightly', 1, 'initech');
    const [theirs] = await versions('nightly', 1, 'hooli');
    neighbours.finds('nightly-1', [aFinding('CVE-1'), aFinding('CVE-2')]);
    const quiet = { everyHours: 0 };
    for (const tenant of ['acme', 'oscorp', 'hooli']) {
      await installation.ask('admin', '/api/v1/policies/rescans', { method: 'PUT', json: quiet, tenant });
    }
    const job = installation.engine.app.get(StartDueRescans, { strict: false });
    const night = (day: number): Date => new Date(Date.now() + day * 86_400_000);
    expect(await job.execute(night(1))).toBe(1);
    const [first] = (await installation.get<{ items: Rescan[] }>('/api/v1/rescans', { tenant: 'initech' })).items;
    expect(await ended(first!.id, 'initech')).toMatchObject({ trigger: 'schedule', total: 1, done: 1 });
    expect(await rescansOf(ours!.runId, 'initech')).toMatchObject([{ newCount: 1 }]);
    expect((await installation.get<{ items: Rescan[] }>('/api/v1/rescans', { tenant: 'hooli' })).items).toEqual([]);
    expect(await rescansOf(theirs!.runId, 'hooli')).toEqual([]);
    expect((await installation.ask('viewer', `/api/v1/rescans/${first!.id}`, { tenant: 'hooli' })).status).toBe(404);
    expect((await installation.ask('viewer', `/api/v1/runs/${ours!.runId}/rescans`, { tenant: 'hooli' })).status).toBe(
      404,
    );
    const inRun = `/api/v1/runs/${ours!.runId}/rescans/${first!.id}`;
    expect((await installation.ask('viewer', inRun, { tenant: 'hooli' })).status).toBe(404);
    expect(await installation.get<RunRescan>(inRun, { tenant: 'initech' })).toMatchObject({ news: [{ id: 'CVE-2' }] });
    await eventually('its jobs have ended', async () => (await job.execute(night(2))) === 1);
  });
});

/** Copies a run until its tenant has that many, all of one case and with the same document. */
async function multiply(runId: string, count: number): Promise<void> {
  await admin.query(`create temp table copies as select gen_random_uuid() as id from generate_series(2, $1)`, [count]);
  for (const [table, id, fresh] of [
    ['runs', 'id', { id: 'c.id', run_key: `'copy-' || c.id` }],
    ['run_documents', 'run_id', { run_id: 'c.id' }],
  ] as const) {
    const { rows } = await admin.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'case_engine' and table_name = $1`,
      [table],
    );
    const names = rows.map(({ name }) => name);
    const values = names.map((name) => (fresh as Record<string, string>)[name] ?? `t.${name}`);
    await admin.query(
      `insert into ${table} (${names.join()}) select ${values.join()} from ${table} t cross join copies c where t.${id} = '${runId}'`,
    );
  }
  await admin.query('drop table copies');
}

describe('rescans of several tenants', () => {
  it('take turns ("rescan is sequential over all tenants in one thread"): who has one run does not wait for who has 600', async () => {
    const [big] = await versions('big', 1, 'stark');
    const [small] = await versions('small', 1, 'pym');
    await multiply(big!.runId, 600);
    await installation.ask('admin', '/api/v1/policies/rescans', {
      method: 'PUT',
      json: { versions: 1_000 },
      tenant: 'stark',
    });
    const long = await begin({}, 'stark');
    const short = await ended(await begin({}, 'pym'), 'pym');
    expect(short).toMatchObject({ total: 1, done: 1 });
    const meanwhile = await installation.get<Rescan>(`/api/v1/rescans/${long}`, { tenant: 'stark' });
    expect(meanwhile).toMatchObject({ state: 'running', total: 600 });
    const done = await ended(long, 'stark');
    expect(done).toMatchObject({ done: 600, stopped: 0 });
    expect(done.jobs).toHaveLength(4);
    expect(Math.max(...done.jobs.map(({ slices }) => slices))).toBeLessThan(48);
    expect(await rescansOf(small!.runId, 'pym')).toHaveLength(1);
  });
});

describe('retention', () => {
  const set = async (tenant: string, policy: object): Promise<void> => {
    const path = '/api/v1/policies/rescans?repo=acme/kept';
    expect((await installation.ask('admin', path, { method: 'PUT', json: policy, tenant })).status).toBe(200);
  };
  const commits = async (tenant: string): Promise<string[]> => {
    const { items } = await installation.get<{ items: { commitSha: string }[] }>('/api/v1/history?repo=kept', {
      tenant,
    });
    return items.map(({ commitSha }) => commitSha);
  };

  it('removes nothing unless it is switched on, keeps the newest, and says what went', async () => {
    const runs = await versions('kept', 6, 'umbrella');
    const others = await versions('kept', 6, 'wayne');
    await admin.query(`update runs set accepted_at = accepted_at - interval '30 days' where id = any($1)`, [
      runs.slice(0, 5).map(({ runId }) => runId),
    ]);
    const job = installation.engine.app.get(ExpireRuns, { strict: false });
    expect(await job.execute(new Date())).toBe(0);
    await set('umbrella', { keepRuns: 4 });
    expect(await job.execute(new Date())).toBe(2);
    expect(await commits('umbrella')).toEqual(['kept-6', 'kept-5', 'kept-4', 'kept-3']);
    await set('umbrella', { keepDays: 7, alwaysKeep: 2 });
    expect(await job.execute(new Date())).toBe(2);
    expect(await commits('umbrella')).toEqual(['kept-6', 'kept-5']);
    expect(await job.execute(new Date())).toBe(0);
    expect(await commits('wayne')).toHaveLength(others.length);
    const gone = await eventually('what went is said', () => {
      const said = installation.said(runsExpiredV1);
      return said.length === 2 && said;
    });
    expect(gone.flatMap(({ runIds }) => runIds).toSorted()).toEqual(
      runs
        .slice(0, 4)
        .map(({ runId }) => runId)
        .toSorted(),
    );
    const { rows } = await admin.query('select from run_documents where run_id = any($1)', [
      runs.slice(0, 4).map(({ runId }) => runId),
    ]);
    expect(rows).toHaveLength(0);
  });
});

describe('who may ask for a rescan', () => {
  it('admins and analysts, each of its own repositories', async () => {
    const ask = (role: 'ci' | 'viewer' | 'analyst', json: object, repositories: string[] | null = null) =>
      installation.ask(role, '/api/v1/rescans', { method: 'POST', json, repositories });
    expect((await ask('ci', {})).status).toBe(403);
    expect((await ask('viewer', {})).status).toBe(403);
    expect((await ask('analyst', {}, ['acme/shop'])).status).toBe(403);
    expect((await ask('analyst', { repo: 'acme/other' }, ['acme/shop'])).status).toBe(403);
    expect((await ask('analyst', { repo: 'acme/shop' }, ['acme/shop'])).status).toBe(202);
    expect((await ask('analyst', { runId: newId() })).status).toBe(404);
    expect((await ask('analyst', { repo: '' })).status).toBe(422);
  });
});
