import { caseChangedV1, changeClosedV1, changeReopenedV1, findingsJudgedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloseStaleCases } from '../src/changes/close-stale-cases.service.js';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

interface Case {
  readonly id: number;
  readonly status: string;
  readonly closed_as: string | null;
  readonly closed_at: string | null;
  readonly counts: Record<string, number>;
  readonly branch_name: string;
  readonly target_branch: string | null;
  readonly latest_commit_sha: string;
}

let installation: CaseEngineInstallation;
let gateway: Transactions;
let admin: pg.Client;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  const { DATABASE_URL, NATS_PREFIX } = installation.environment as Record<string, string>;
  const database = await openDatabase('ingest-gateway', runtimeUrl(DATABASE_URL!, 'ingest-gateway', testInternalKey));
  gateway = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'ingest-gateway', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
    { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  admin = new pg.Client({ connectionString: installation.adminUrl });
  await admin.connect();
  await admin.query('set search_path = case_engine');
  closers.push(
    () => admin.end(),
    () => messaging.stop(),
    () => database.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  await installation.stop();
});

/** What the gateway says after a forge has told it of a pull request of this repository. */
async function forge(
  repo: string,
  what: 'merged' | 'abandoned' | 'reopened',
  at: Date,
  provider = 'github',
): Promise<void> {
  const change = { hookId: newId(), provider, org: 'acme', repo, prId: '7', at: at.toISOString() };
  await gateway.run('acme', async (tx) => {
    if (what === 'reopened') tx.publish(changeReopenedV1, change);
    else tx.publish(changeClosedV1, { ...change, as: what, mergeCommitSha: what === 'merged' ? 'm1' : null });
  });
}

const read = (id: number | null): Promise<Case> => installation.get<Case>(`/api/v1/cases/${id}`);
const until = (what: string, id: number | null, is: (kase: Case) => boolean): Promise<Case> =>
  eventually(what, async () => {
    const kase = await read(id);
    return is(kase) && kase;
  });
const scan = (repo: string, run: number, ids: string[], known: object = {}) => ({
  findings: ids.map((id) => aFinding(id)),
  origin: { repo, runId: `${run}`, commitSha: `c${run}`, ...known },
});
const on = (minute: number): Date => new Date(Date.UTC(2026, 10, 2, 10, minute));

describe('a weakness of SecureCase that Assay does not have', () => {
  it('PR cases never close on merge or abandon', async () => {
    for (const what of ['merged', 'abandoned'] as const) {
      const { caseId } = await installation.judge(scan(what, 1, ['CVE-1', 'CVE-2']));
      await forge(what, what, on(0));
      const closed = await until('it is closed', caseId, ({ closed_as }) => closed_as !== null);
      expect(closed).toMatchObject({ status: 'RESOLVED', closed_as: what, counts: { high: 0 } });
      expect(closed.closed_at).toBe(on(0).toISOString());
      const judged = installation.said(findingsJudgedV1).filter((said) => said.caseId === caseId);
      expect(judged.at(-1)).toMatchObject({ resolvedCount: 2, openedCount: 0, closedAs: what });
      const { rows } = await admin.query('select distinct ended_as from findings where case_id = $1', [caseId]);
      expect(rows).toEqual([{ ended_as: 'closed' }]);
    }
  });

  it('branch and target branch are not refreshed on update', async () => {
    await installation.judge(scan('retargeted', 1, [], { branch: 'feature/a', targetBranch: 'main' }));
    const { caseId } = await installation.judge(
      scan('retargeted', 2, [], { branch: 'feature/b', targetBranch: 'release/1' }),
    );
    expect(await read(caseId)).toMatchObject({ branch_name: 'feature/b', target_branch: 'release/1' });
  });

  it('no audit of status changes', async () => {
    const { caseId } = await installation.judge(scan('audited', 1, ['CVE-1']));
    await installation.judge(scan('audited', 2, []));
    const changes = await eventually('both changes', () => {
      const all = installation.bus.ofType(caseChangedV1.type).filter(({ subject }) => subject === String(caseId));
      return all.length === 2 && all;
    });
    expect(changes.map(({ data }) => (data as { status: string }).status)).toEqual(['OPEN', 'RESOLVED']);
    expect(caseChangedV1.audited).toBe(true);
  });
});

describe('a change that has ended', () => {
  it('takes runs that come late into the history, and nothing else, until it is open again', async () => {
    const { caseId } = await installation.judge(scan('sticky', 1, ['CVE-1']));
    await forge('sticky', 'merged', on(0));
    await until('it is closed', caseId, ({ closed_as }) => closed_as === 'merged');
    const verdict = await installation.judge(scan('sticky', 2, ['CVE-1', 'CVE-2']));
    expect(verdict).toMatchObject({ caseId, caseStatus: 'RESOLVED', gate: true });
    expect(await read(caseId)).toMatchObject({ closed_as: 'merged', latest_commit_sha: 'c1' });
    const history = await installation.get<{ items: { late: boolean }[] }>(`/api/v1/cases/${caseId}/history`);
    expect(history.items.map(({ late }) => late)).toEqual([true, false]);

    await forge('sticky', 'reopened', on(5));
    const open = await until('it is open', caseId, ({ closed_as }) => closed_as === null);
    expect(open).toMatchObject({ status: 'OPEN', counts: { high: 2 }, latest_commit_sha: 'c2', closed_at: null });
    await installation.judge(scan('sticky', 3, ['CVE-2']));
    expect(await read(caseId)).toMatchObject({ counts: { high: 1 }, latest_commit_sha: 'c3' });
  });

  it('is what its forge said last, in whatever order that arrives', async () => {
    const { caseId } = await installation.judge(scan('disordered', 1, ['CVE-1']));
    await forge('disordered', 'reopened', on(9));
    await forge('disordered', 'abandoned', on(5));
    const { caseId: other } = await installation.judge(scan('marker', 1, ['CVE-1']));
    await forge('marker', 'merged', on(0));
    await until('the marker is closed', other, ({ closed_as }) => closed_as === 'merged');
    expect(await read(caseId)).toMatchObject({ status: 'OPEN', closed_as: null });
  });

  it('is known before its first document is judged, and by a job that names no provider', async () => {
    await forge('early', 'merged', on(0));
    const { caseId: marker } = await installation.judge(scan('nameless', 1, ['CVE-1'], { provider: '' }));
    await forge('nameless', 'merged', on(0));
    await until('the nameless one is closed', marker, ({ closed_as }) => closed_as === 'merged');
    const { caseId } = await installation.judge(scan('early', 1, ['CVE-1']));
    expect(await read(caseId)).toMatchObject({ status: 'RESOLVED', closed_as: 'merged' });
  });
});

describe('a case that nobody sends runs of', () => {
  const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);

  it('is closed after 30 days, unless it is a protected branch or an image; its next run opens it', async () => {
    const { caseId: pr } = await installation.judge(scan('idle', 1, ['CVE-1']));
    const { caseId: branch } = await installation.judge({ ...scan('idle', 1, ['CVE-1'], push('topic')) });
    const { caseId: main } = await installation.judge({ ...scan('idle', 1, ['CVE-1'], push('release/2')) });
    const image = {
      provider: '',
      org: '',
      repo: null,
      branch: null,
      prId: null,
      targetBranch: null,
      imageName: 'acme/idle',
    };
    const { caseId: ofImage } = await installation.judge({ findings: [aFinding('CVE-1')], origin: image });
    const job = installation.engine.app.get(CloseStaleCases, { strict: false });
    expect(await job.execute(days(29))).toBe(0);
    await job.execute(days(31));
    for (const id of [pr, branch]) expect(await read(id)).toMatchObject({ status: 'RESOLVED', closed_as: 'stale' });
    for (const id of [main, ofImage]) expect(await read(id)).toMatchObject({ status: 'OPEN', closed_as: null });
    expect(await job.execute(days(31))).toBe(0);

    await installation.judge(scan('idle', 1, ['CVE-1']));
    expect(await read(pr)).toMatchObject({ status: 'OPEN', closed_as: null, counts: { high: 1 } });
  });

  it('stays open as long as its tenant wants', async () => {
    const { caseId } = await installation.judge({ ...scan('patient', 1, ['CVE-1']), tenant: 'patient' });
    const path = '/api/v1/policies/cases';
    expect(await installation.get(path, { tenant: 'patient' })).toEqual({ staleAfterDays: 30 });
    const set = (staleAfterDays: number) =>
      installation.ask('admin', path, { method: 'PUT', json: { staleAfterDays }, tenant: 'patient' });
    expect((await set(-1)).status).toBe(422);
    expect((await set(0)).status).toBe(200);
    const job = installation.engine.app.get(CloseStaleCases, { strict: false });
    await job.execute(days(4_000));
    const kase = await installation.get<Case>(`/api/v1/cases/${caseId}`, { tenant: 'patient' });
    expect(kase).toMatchObject({ status: 'OPEN', closed_as: null });
  });
});
