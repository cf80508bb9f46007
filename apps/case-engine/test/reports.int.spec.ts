import { findingsDocumentSchema, type Verdict } from '@assay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RepositoryReport } from '../src/reports/repository/repository-report.js';
import type { RunReport } from '../src/reports/run-report.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';
import { pdfRunContext, pdfRunFile } from './pdf-run.js';
import { readPdf } from './read-pdf.js';

let installation: CaseEngineInstallation;
let verdict: Verdict;
let path: string;

const origin = push('main', { repo: 'shop-api', provider: '', commitAuthor: 'Žofie Nováková <zofie@example.org>' });
const found = (name: string) =>
  findingsDocumentSchema.parse(JSON.parse(pdfRunFile(`findings.${name}.json`).toString()));
const repository = '/api/v1/history/report';
const ofRepository = '?org=acme&repo=shop-api';

beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  const sbom = pdfRunFile('sbom.cyclonedx.json').toString();
  await installation.artifacts.put('acme', Buffer.from(sbom));
  verdict = await installation.judge({
    origin,
    document: sbom,
    findings: found('sbom').findings,
    alongside: [
      { tool: 'trivy', findings: found('trivy').findings },
      { tool: 'semgrep', findings: [] },
    ],
    exclusions: pdfRunFile('exclusions.json').toString(),
    context: pdfRunContext,
  });
  path = `/api/v1/runs/${verdict.runId}/report`;
}, 60_000);
afterAll(() => installation.stop());

describe('the report of a run', () => {
  it('has run, verdict, counts, what the client said, packages and judged findings', async () => {
    const report = await installation.get<RunReport>(`${path}.json`);
    expect(report).toMatchObject({
      schema: 'assay.report/v1',
      run: { id: verdict.runId, name: '20260105_101500', commitAuthor: 'Žofie Nováková <zofie@example.org>' },
      verdict: { verdict: verdict.verdict },
      skipped: ['semgrep'],
      toolVersions: { syft: '1.29.0' },
      counts: { packages: 3, findings: 12, total: { secret: 4 }, excludedByKind: { secret: 2, vulnerability: 2 } },
    });
    expect(report.counts.open.kev).toBe(1);
    expect(report.packages.map(({ name, packageType }) => [name, packageType])).toEqual([
      ['base-files', 'deb'],
      ['netbase', 'deb'],
      ['tzdata', 'deb'],
    ]);
    expect(report.counts.excluded).toMatchObject({ critical: 2, high: 1, medium: 1 });
    const excluded = report.findings.filter(({ state }) => state === 'excluded');
    expect(excluded.map(({ exception }) => exception?.origin)).toEqual(['ci', 'ci', 'ci', 'ci']);
    expect(report.documents.map(({ tool }) => tool)).toEqual(['cyclonedx', 'semgrep', 'trivy']);
  });

  it('is the same bytes and the same tag for the same state, and 304 for who has it', async () => {
    const [one, other] = await Promise.all([0, 1].map(() => installation.ask('viewer', `${path}.json`)));
    const tag = one!.headers.get('etag')!;
    expect(tag).toBe(other!.headers.get('etag'));
    expect(await one!.text()).toBe(await other!.text());
    const again = await installation.ask('viewer', `${path}.json`, { headers: { 'if-none-match': `W/"x", ${tag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const dated = await installation.ask('viewer', `${path}.json?reportedAt=2026-01-06T08:00:00Z`);
    expect(dated.headers.get('etag')).not.toBe(tag);
  });

  it('has private comments for admins and analysts who ask, and for nobody else', async () => {
    const ask = async (role: 'admin' | 'analyst' | 'ci' | 'viewer') => {
      const response = await installation.ask(role, `${path}.json?privateComments=true`);
      return [response.status, (await response.text()).includes('PRIVATE')];
    };
    expect(await Promise.all((['admin', 'analyst', 'ci', 'viewer'] as const).map(ask))).toEqual([
      [200, true],
      [200, true],
      [403, false],
      [403, false],
    ]);
    for (const format of ['json', 'csv', 'pdf', 'xlsx']) {
      const response = await installation.ask('admin', `${path}.${format}`);
      expect(await response.text()).not.toContain('PRIVATE');
    }
  });

  it('comes as PDF, CSV and workbook, as attachments with names', async () => {
    const files = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats' };
    for (const [format, mediaType] of Object.entries(files)) {
      const response = await installation.ask('viewer', `${path}.${format}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain(mediaType);
      expect(response.headers.get('content-disposition')).toMatch(
        new RegExp(`^attachment; filename="acme_shop-api_main_\\d{4}-\\d\\d-\\d\\d\\.${format}"$`),
      );
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
    }
    const pdf = await installation.ask('viewer', `${path}.pdf?reportedAt=2026-01-06T08:00:00Z`);
    const { pages, text } = await readPdf(Buffer.from(await pdf.arrayBuffer()));
    expect(pages[0]).toContain('2026-01-06 08:00 UTC');
    expect(text).toContain('Not run: the client skipped this scan.');
  });

  it('follows exceptions that were granted since, and shows how it was where asked', async () => {
    const before = new Date().toISOString();
    const what = { kind: 'vulnerability', id: 'CVE-2019-12900' };
    const exception = { what, where: { kind: 'repository', org: 'acme', repo: 'shop-api' }, reason: 'Never unpacks' };
    expect((await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json: exception })).status).toBe(
      201,
    );
    const stateAt = async (query: string) => {
      const { findings } = await installation.get<RunReport>(`${path}.json${query}`);
      return findings.find(({ id }) => id === what.id)?.state;
    };
    expect([await stateAt(''), await stateAt(`?asOf=${before}`)]).toEqual(['excluded', 'open']);
  });

  it('is nobody else’s, and of no run that there is not', async () => {
    for (const format of ['json', 'csv', 'pdf', 'xlsx', 'zip']) {
      expect((await installation.ask('viewer', `${path}.${format}`, { tenant: 'beta' })).status).toBe(404);
      expect((await installation.ask('viewer', `${path}.${format}`, { repositories: ['acme/other'] })).status).toBe(
        404,
      );
      expect((await installation.ask('agent', `${path}.${format}`)).status).toBe(403);
    }
    expect((await installation.ask('viewer', `${path}.json?asOf=yesterday`)).status).toBe(422);
  });
});

describe('the report of a repository', () => {
  it('has the newest run of each subject, and what is open in any of them once', async () => {
    await installation.judge({ origin: { repo: 'shop-api', provider: '' }, findings: found('trivy').findings });
    const report = await installation.get<RepositoryReport>(`${repository}.json${ofRepository}`);
    expect(report.subjects.map(({ subject }) => subject.kind)).toEqual(['pr', 'branch']);
    expect(report.findings).toHaveLength(11);
    const exploited = report.findings.find(({ finding }) => finding.vulnerabilityId === 'CVE-2020-15999');
    expect(exploited?.caseIds).toHaveLength(2);
    expect(report.counts).toMatchObject({ kev: 1 });
  });

  it('comes in every format, and is nobody else’s', async () => {
    for (const format of ['json', 'csv', 'pdf', 'xlsx']) {
      const response = await installation.ask('viewer', `${repository}.${format}${ofRepository}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="acme_shop-api.${format}"`);
      const elsewhere = { tenant: 'beta' };
      expect((await installation.ask('viewer', `${repository}.${format}${ofRepository}`, elsewhere)).status).toBe(404);
    }
    const pdf = await installation.ask('viewer', `${repository}.pdf${ofRepository}`);
    const { outline } = await readPdf(Buffer.from(await pdf.arrayBuffer()));
    expect(outline).toEqual(['Newest runs', 'Open findings']);
    expect((await installation.ask('viewer', `${repository}.json?org=acme`)).status).toBe(422);
  });
});
