import {
  exceptionChangedV1,
  exceptionEndedV1,
  exceptionGrantedV1,
  exceptionProposedV1,
  findingsJudgedV1,
} from '@assay/contracts';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
});
afterAll(async () => {
  await installation.stop();
});

type Json = Record<string, unknown>;

async function call(
  method: string,
  path: string,
  json?: unknown,
  as: Json = {},
): Promise<{ status: number; body: Json }> {
  const { role = 'analyst', ...rest } = as as { role?: 'admin' | 'analyst' | 'ci' | 'viewer' };
  const response = await installation.ask(role, path, { method, json, ...rest });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
}

async function grant(body: Json, as: Json = {}): Promise<Json & { id: string }> {
  const answer = await call('POST', '/api/v1/exceptions', body, as);
  expect(answer.status).toBe(201);
  return answer.body as Json & { id: string };
}

const everywhere = { kind: 'tenant' };
const vulnerability = (id: string): Json => ({ kind: 'vulnerability', id });
const high = async (caseId: number | null): Promise<number> =>
  (await installation.get<{ high_count: number }>(`/api/v1/cases/${caseId}`)).high_count;

describe('a list of what is accepted on purpose (SecureCase: "No suppression or accepted-risk list")', () => {
  it('says what, where, why, who answers for it and until when, and hides private comments from others', async () => {
    const said = {
      reason: 'The importer is gone next week',
      publicComment: 'Not reachable',
      privateComment: 'SEC-7',
      scopeNote: 'only the importer',
      owner: 'team:payments',
      justification: 'vulnerable_code_not_in_execute_path',
    };
    const where = { kind: 'component', org: 'acme', repo: 'list', purl: 'pkg:npm/lodash' };
    const { id } = await grant({ what: vulnerability('CVE-L1'), where, ...said });
    await grant({ what: { kind: 'rule', id: 'DS002' }, where: everywhere, reason: 'Our image is built as root' });

    const of = async (query: string): Promise<Json[]> =>
      (await installation.get<{ items: Json[] }>(`/api/v1/exceptions?${query}`)).items;
    expect(await of('repo=acme/list')).toMatchObject([{ id, status: 'active', origin: 'manual', owner: said.owner }]);
    expect(await of('id=CVE-L1&status=active&origin=manual&owner=team:payments')).toHaveLength(1);
    expect(await of('id=CVE-L1&status=ended')).toEqual([]);
    expect(await of('repo=acme/other')).toEqual([]);

    expect((await call('GET', `/api/v1/exceptions/${id}`)).body).toMatchObject({ ...said, expiresAt: null });
    for (const role of ['viewer', 'ci']) {
      const seen = await call('GET', `/api/v1/exceptions/${id}`, undefined, { role });
      expect(seen.body).toMatchObject({ publicComment: 'Not reachable' });
      expect(JSON.stringify(seen.body)).not.toContain('SEC-7');
    }
    const granted = await eventually('the news', () =>
      installation.said(exceptionGrantedV1).find(({ exceptionId }) => exceptionId === id),
    );
    expect(granted.details).toMatchObject({ origin: 'manual', owner: said.owner, justification: said.justification });
    expect(JSON.stringify(granted)).not.toContain('SEC-7');
  });

  it('can be changed in what is said of it and until when it holds, and that is told', async () => {
    const { id } = await grant({ what: vulnerability('CVE-L2'), where: everywhere, reason: 'For now' });
    const expiresAt = '2099-01-01T00:00:00.000Z';
    const changed = await call('PATCH', `/api/v1/exceptions/${id}`, { owner: 'user:grace', expiresAt });
    expect(changed).toMatchObject({ status: 200, body: { owner: 'user:grace', expiresAt, reason: 'For now' } });
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { owner: null })).body).toMatchObject({ owner: null });
    const told = await eventually('the changes', () => {
      const found = installation.said(exceptionChangedV1).filter(({ exceptionId }) => exceptionId === id);
      return found.length === 2 && found;
    });
    expect(told[0]).toMatchObject({ fields: ['expiresAt', 'owner'], expiresAt });

    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(422);
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { owner: 'x' }, { role: 'ci' })).status).toBe(403);
    await call('DELETE', `/api/v1/exceptions/${id}`);
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { owner: 'x' })).status).toBe(409);
    expect((await call('GET', `/api/v1/exceptions/${id}`)).body).toMatchObject({ status: 'ended' });
  });

  it('is carried forward to new versions: an image has no tag, a component needs no version', async () => {
    const tagged = { what: vulnerability('CVE-L3'), where: { kind: 'image', image: 'acme/web:1' }, reason: 'x' };
    expect((await call('POST', '/api/v1/exceptions', tagged)).status).toBe(422);
    await grant({ ...tagged, where: { kind: 'component', image: 'acme/web', purl: 'pkg:npm/cve-l3' } });
    const image = { repo: null, prId: null, branch: null, imageName: 'acme/web' };
    for (const version of ['1.0.0', '2.0.0']) {
      const component = { purl: `pkg:npm/cve-l3@${version}`, name: 'cve-l3', version, fixedVersion: null };
      const origin = { ...image, imageTag: version, commitSha: version };
      const verdict = await installation.judge({ findings: [aFinding('CVE-L3', { component })], origin });
      expect(verdict.counts).toMatchObject({ high: 0, excluded: 1 });
    }
  });
});

describe('where a second person must agree', () => {
  const tenant = 'careful';
  const ada = { tenant, actor: 'user:ada' };
  const grace = { tenant, actor: 'user:grace' };

  it('what is proposed covers nothing until somebody else approves it', async () => {
    const put = await call(
      'PUT',
      '/api/v1/policies/exceptions',
      { approval: 'second-person' },
      { ...ada, role: 'admin' },
    );
    expect(put).toMatchObject({ status: 200, body: { approval: 'second-person', ciMayStoreFiles: true } });
    const { caseId } = await installation.judge({ findings: [aFinding('CVE-P')], origin: { repo: 'two' }, tenant });
    const { id, status } = await grant({ what: vulnerability('CVE-P'), where: everywhere, reason: 'Low' }, ada);
    expect(status).toBe('proposed');
    const again = { findings: [aFinding('CVE-P')], origin: { repo: 'two', commitSha: 'c2' }, tenant };
    expect((await installation.judge(again)).counts).toMatchObject({ high: 1, excluded: 0 });

    expect((await call('POST', `/api/v1/exceptions/${id}/approval`, undefined, ada)).status).toBe(403);
    const approved = await call('POST', `/api/v1/exceptions/${id}/approval`, undefined, grace);
    expect(approved).toMatchObject({ status: 200, body: { status: 'active', approvedBy: 'user:grace' } });
    const shown = await installation.get<{ high_count: number }>(`/api/v1/cases/${caseId}`, { tenant });
    expect(shown.high_count).toBe(0);
    await eventually('both news', () => {
      const of = ({ exceptionId }: { exceptionId: string }): boolean => exceptionId === id;
      return installation.said(exceptionProposedV1).some(of) && installation.said(exceptionGrantedV1).some(of);
    });

    // To prolong it is to grant it again.
    const shorter = { expiresAt: '2098-01-01T00:00:00Z' };
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, shorter, ada)).status).toBe(200);
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { expiresAt: null }, ada)).status).toBe(403);
    expect((await call('PATCH', `/api/v1/exceptions/${id}`, { expiresAt: null }, grace)).status).toBe(200);
  });
});

describe('the exclusion file of a repository', () => {
  const file = (repo: string, org = 'acme'): string => `/api/v1/exceptions/file?org=${org}&repo=${repo}`;
  const entry = (id: string, comment = ''): Json => ({
    vulnerability_id: id,
    scope: '',
    public_comment: comment,
    private_comment: '',
  });
  const branch = (repo: string, commitSha = 'c1'): Json => ({ ...push('', { repo, commitSha }), provider: '' });

  it('"Scan exclusions uploaded by the CLI are ignored, and exclusions stored under the slash form are never found by scans"', async () => {
    const findings = [aFinding('CVE-F1'), aFinding('CVE-F2')];
    const { caseId } = await installation.judge({ findings, origin: branch('filed') });
    expect((await call('GET', file('filed'), undefined, { role: 'ci' })).status).toBe(404);

    const exclusions = [{ vulnerability: 'CVE-F1', comment: 'not reachable' }, entry('CVE-F3')];
    const stored = await call('PUT', file('filed'), { exclusions }, { role: 'ci' });
    expect(stored).toMatchObject({
      status: 200,
      body: { exclusions: [entry('CVE-F1', 'not reachable'), entry('CVE-F3')] },
    });
    expect(await high(caseId)).toBe(1);
    const next = await installation.judge({ findings, origin: branch('filed', 'c2') });
    expect(next.counts).toMatchObject({ high: 1, excluded: 1 });
    expect((await installation.judge({ findings, origin: branch('unfiled') })).counts).toMatchObject({ excluded: 0 });
    expect((await call('GET', file('filed'), undefined, { role: 'ci' })).body).toEqual(stored.body);
  });

  it('is replaced as a whole: what stays is left alone, what is gone ends, what is new is granted', async () => {
    const { caseId } = await installation.judge({
      findings: [aFinding('CVE-G1'), aFinding('CVE-G2'), aFinding('CVE-G3')],
      origin: branch('whole'),
    });
    await call('PUT', file('whole'), { exclusions: [entry('CVE-G1'), entry('CVE-G2')] });
    expect(await high(caseId)).toBe(1);
    const active = async (): Promise<string[]> => {
      const { items } = await installation.get<{ items: { id: string; what: { id: string } }[] }>(
        '/api/v1/exceptions?repo=acme/whole&status=active&origin=file',
      );
      return items.map(({ id, what }) => `${what.id} ${id}`).toSorted();
    };
    const before = await active();
    await call('PUT', file('whole'), { exclusions: [entry('CVE-G2'), entry('CVE-G3')] });
    const after = await active();
    expect(after.map((each) => each.slice(0, 6))).toEqual(['CVE-G2', 'CVE-G3']);
    expect(after).toContain(before[1]);
    expect(await high(caseId)).toBe(1);

    const ofWhole = (): number => installation.said(findingsJudgedV1).filter((each) => each.caseId === caseId).length;
    await eventually('the news of both', () => ofWhole() === 3);
    const ended = installation.said(exceptionEndedV1).filter(({ because }) => because === 'replaced').length;
    expect((await call('PUT', file('whole'), { exclusions: [entry('CVE-G2'), entry('CVE-G3')] })).status).toBe(200);
    expect(await active()).toEqual(after);
    expect(installation.said(exceptionEndedV1).filter(({ because }) => because === 'replaced')).toHaveLength(ended);

    // Withdrawn by hand, an entry leaves the file as well.
    await call('DELETE', `/api/v1/exceptions/${after[0]!.split(' ')[1]}`);
    expect((await call('GET', file('whole'))).body).toEqual({ exclusions: [entry('CVE-G3')] });
    expect((await call('PUT', file('whole'), { exclusions: [] })).body).toEqual({ exclusions: [] });
    expect((await call('GET', file('whole'))).status).toBe(200);
    expect(await high(caseId)).toBe(3);
  });

  it('"Two semgrep id schemes: an exclusion that works in the CLI does not in the summary": any of them works at once', async () => {
    const of = (check: string, known: object = {}): ReturnType<typeof aFinding> =>
      aFinding(check, {
        kind: 'sast',
        group: null,
        aliases: [],
        component: null,
        target: 'src/a_b.py',
        location: { file: 'src/a_b.py', line: 1 },
        ...known,
      });
    const findings = [
      of('py.bare'),
      of('py.by_path'),
      of('py.marked', { fingerprint: 'f0' }),
      of('py.unmarked'),
      of('py.left'),
    ];
    const { caseId } = await installation.judge({ findings, origin: branch('sast') });
    expect(await high(caseId)).toBe(5);
    const ids = [
      'py.bare',
      'semgrep_py.by_path_src/a_b.py',
      'semgrep_py.marked_f0',
      'semgrep_py.unmarked_unknown_fingerprint',
      'semgrep_py.left_elsewhere',
    ];
    await call('PUT', file('sast'), { exclusions: ids.map((id) => entry(id)) });
    expect(await high(caseId)).toBe(1);
    await call('PUT', file('sast'), { exclusions: [] });
    expect(await high(caseId)).toBe(5);
  });

  it('is refused field by field, out of scope, and from CI where the tenant does not want that', async () => {
    const wrong = await call('PUT', file('bad'), { exclusions: [{ vulnerability_id: 7 }, {}] });
    expect(wrong.status).toBe(422);
    expect((wrong.body['errors'] as { field: string }[]).map(({ field }) => field)).toEqual([
      '/exclusions/0/vulnerability_id',
      '/exclusions/1/vulnerability_id',
    ]);
    expect((await call('GET', file('bad'))).status).toBe(404);
    expect((await call('PUT', file('bad'), { exclusions: [] }, { role: 'viewer' })).status).toBe(403);
    const limited = { role: 'ci', repositories: ['acme/good'] };
    expect((await call('PUT', file('bad'), { exclusions: [] }, limited)).status).toBe(403);
    expect((await call('PUT', file('good'), { exclusions: [] }, limited)).status).toBe(200);

    const strict = { tenant: 'strict' };
    await call('PUT', '/api/v1/policies/exceptions', { ciMayStoreFiles: false }, { ...strict, role: 'admin' });
    expect((await call('PUT', file('bad'), { exclusions: [] }, { ...strict, role: 'ci' })).status).toBe(403);
    expect((await call('PUT', file('bad'), { exclusions: [] }, strict)).status).toBe(200);
  });
});
