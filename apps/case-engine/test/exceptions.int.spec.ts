import { caseChangedV1, exceptionEndedV1, exceptionGrantedV1, findingsJudgedV1 } from '@assay/contracts';
import { Transactions } from '@assay/persistence';
import { eventually } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JudgeScans, type ScanCompleted } from '../src/cases/judge-scans.service.js';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

/** A pull request of a repository of its own, so that tests do not meet. */
const of = (repo: string) => ({ repo });

const everywhere = { kind: 'tenant' };
const until = (ms: number) => new Date(Date.now() + ms).toISOString();

async function grant(body: object, tenant = 'acme'): Promise<{ id: string }> {
  const response = await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: body, tenant });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string };
}

describe('an exception', () => {
  it('opens the gate at once, and closes it again when it is withdrawn', async () => {
    const scan = { findings: [aFinding('CVE-A')], origin: of('one'), document: 'one' };
    const { caseId, runId } = await installation.judge(scan);

    const where = { kind: 'repository', org: 'acme', repo: 'one' };
    const { id } = await grant({ what: { kind: 'vulnerability', id: 'GHSA-CVE-A' }, where, reason: 'Not reached' });

    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({
      status: 'RESOLVED',
      high_count: 0,
      counts: { excluded: 1 },
      version: 2,
    });
    // The verdict of the run that the case stands by follows in the same moment.
    expect(await installation.get(`/api/v1/runs/${runId}`)).toMatchObject({
      verdict: { verdict: 'pass', gate: false, caseStatus: 'RESOLVED', counts: { high: 0, excluded: 1 } },
    });
    const judged = await eventually(
      'the judgement',
      () => installation.said(findingsJudgedV1).at(-1)?.exceptedCount === 1,
    );
    expect(judged).toBe(true);
    expect(installation.said(findingsJudgedV1).at(-1)).toMatchObject({ because: 'exception', caseId, commitSha: 'c1' });
    expect(installation.said(exceptionGrantedV1).at(-1)).toMatchObject({ exceptionId: id, where });
    expect(await installation.judge(scan)).toMatchObject({
      verdict: 'pass',
      gate: false,
      counts: { high: 0, excluded: 1 },
    });

    expect((await installation.ask('analyst', `/api/v1/exceptions/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({
      status: 'OPEN',
      high_count: 1,
      version: 3,
    });
    expect(await installation.judge(scan)).toMatchObject({
      verdict: 'block',
      gate: true,
      counts: { high: 1, excluded: 0 },
    });
    await eventually('the end', () => installation.said(exceptionEndedV1).some((e) => e.exceptionId === id));
  });

  it('covers nothing from the moment it expires, and nobody has to ask', async () => {
    const { caseId } = await installation.judge({ findings: [aFinding('CVE-B')], origin: of('two') });
    const { id } = await grant({
      what: { kind: 'vulnerability', id: 'CVE-B' },
      where: everywhere,
      reason: 'Until Friday',
      expiresAt: until(1_500),
    });
    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({ status: 'RESOLVED' });
    await eventually('the expiry', () =>
      installation.said(exceptionEndedV1).some((e) => e.exceptionId === id && e.because === 'expired'),
    );
    expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({ status: 'OPEN', high_count: 1 });
  });

  it('touches every case that it covers and no other, also one of a component in any version', async () => {
    const elsewhere = aFinding('CVE-C', {
      component: { purl: 'pkg:npm/other@1', name: 'other', version: '1', fixedVersion: null },
    });
    const [pr, branch, other] = await Promise.all([
      installation.judge({ findings: [aFinding('CVE-C')], origin: of('three') }),
      installation.judge({ findings: [aFinding('CVE-C')], origin: push('main', of('three')) }),
      installation.judge({ findings: [elsewhere], origin: of('four') }),
    ]);
    const where = { kind: 'component', purl: 'pkg:npm/cve-c' };
    await grant({ what: { kind: 'vulnerability', id: 'CVE-C' }, where, reason: 'Patched by us' });
    const statuses = await Promise.all(
      [pr, branch, other].map(({ caseId }) => installation.get<{ status: string }>(`/api/v1/cases/${caseId}`)),
    );
    expect(statuses.map(({ status }) => status)).toEqual(['RESOLVED', 'RESOLVED', 'OPEN']);
  });

  it('granted while a scan is judged covers what that scan finds', async () => {
    const { app } = installation.engine;
    const scan = await installation.scanOf({ findings: [aFinding('CVE-D')], origin: of('beside') });
    const admin = new pg.Client({ connectionString: installation.adminUrl });
    await admin.connect();
    let granting: Promise<unknown> = Promise.resolve();
    await app.get(Transactions).run('acme', async (tx) => {
      await app.get(JudgeScans, { strict: false }).execute([{ data: scan } as ScanCompleted], tx);
      // The judgement is written and not committed: whoever grants now must wait for it, or miss what it found.
      granting = grant({ what: { kind: 'vulnerability', id: 'CVE-D' }, where: everywhere, reason: 'Beside' });
      const waiting = eventually('the grant to wait', async () => {
        const { rowCount } = await admin.query(`select from pg_locks where locktype = 'advisory' and not granted`);
        return (rowCount ?? 0) > 0;
      });
      await Promise.race([granting, waiting]);
    });
    await granting;
    await admin.end();
    const shown = await installation.get<{ counts: object }[]>('/api/v1/cases?repo=beside');
    expect(shown).toMatchObject([{ status: 'RESOLVED', counts: { high: 0, excluded: 1 } }]);
  });

  it('of one tenant covers nothing of another, who cannot see or end it', async () => {
    const mine = await grant({ what: { kind: 'vulnerability', id: 'CVE-E' }, where: everywhere, reason: 'Ours' });
    const theirs = await installation.judge({ findings: [aFinding('CVE-E')], tenant: 'beta' });
    expect(theirs).toMatchObject({ gate: true, counts: { high: 1, excluded: 0 } });
    expect(await installation.get('/api/v1/exceptions', { tenant: 'beta' })).toMatchObject({ items: [] });
    const end = await installation.ask('admin', `/api/v1/exceptions/${mine.id}`, { method: 'DELETE', tenant: 'beta' });
    expect(end.status).toBe(404);
  });

  it('needs a reason, a place that is named and a date to come; and a role', async () => {
    const what = { kind: 'vulnerability', id: 'CVE-F' };
    const wrong = { what, where: { kind: 'repository' }, reason: ' ', expiresAt: '2020-01-01T00:00:00Z' };
    const refused = await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: wrong });
    expect(refused.status).toBe(422);
    const { errors } = (await refused.json()) as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field).toSorted()).toEqual(['/where/repo', 'expiresAt', 'reason']);

    const right = { what, where: everywhere, reason: 'Because' };
    for (const role of ['ci', 'viewer'] as const) {
      const response = await installation.ask(role, '/api/v1/exceptions', { method: 'POST', json: right });
      expect(response.status).toBe(403);
    }
    const limited = { method: 'POST', json: right, repositories: ['acme/one'] };
    expect((await installation.ask('analyst', '/api/v1/exceptions', limited)).status).toBe(403);
  });

  it('is listed newest first, page by page', async () => {
    const first = await installation.get<{ items: { id: string }[]; nextCursor: string; total: number }>(
      '/api/v1/exceptions?limit=2&count=true',
    );
    const second = await installation.get<{ items: { id: string }[] }>(
      `/api/v1/exceptions?limit=2&cursor=${first.nextCursor}`,
    );
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(4);
    expect(first.total).toBeGreaterThanOrEqual(4);
    expect(installation.said(caseChangedV1).length).toBeGreaterThan(0);
  });
});
