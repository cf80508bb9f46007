import { TextSeal, notifyAddressPurpose } from '@assay/identity';
import { testMasterKey } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anSbom } from './harness.js';
import { aScan, ScanBench } from './patchhound-scans.js';

let bench: ScanBench;
let token: string;
beforeAll(async () => {
  bench = await ScanBench.start();
  token = await bench.client.tokenFor('acme');
});
afterAll(() => bench.stop());

const unknown = '1f0c6d9e-6a55-4a5e-9c1e-2b8f6f0a7d11';
const receipts = async (): Promise<number> => {
  const [row] = await bench.installation.rows<{ count: number }>('select count(*)::int as count from receipts');
  return row!.count;
};

describe('a scan', () => {
  it('is one receipt of four documents, each with its reader, and a run of its own', async () => {
    const { received, tenant } = await bench.judged(token, { alert_system_webhook: 'https://hooks.slack.example/s' });
    expect(received).toMatchObject({
      kind: 'bundle',
      dialect: 'patchhound',
      tool: null,
      documents: [
        { role: 'sbom', reader: 'sbom', mediaType: 'application/vnd.cyclonedx+json' },
        { role: 'trivy_report', reader: 'trivy' },
        { role: 'sast_report', reader: 'semgrep' },
        { role: 'exclusions', reader: null },
      ],
      subject: { kind: 'branch', provider: '', org: 'acme', repo: 'shop-api', branch: '' },
      origin: { commitSha: '5f1d0c2', commitAuthor: 'Ann <ann@acme.example>' },
      context: {
        toolVersions: { syft: '1.18.1' },
        scanRoot: '/builds/shop',
        rulesets: { semgrep: ['--config=p/ci'] },
        skipped: [],
        failOn: 'HIGH',
      },
    });
    expect(received.context?.name).toMatch(/^\d{8}_\d{6}$/);
    expect(received.origin.runId).toBe(received.context?.name);
    const seal = new TextSeal(testMasterKey, notifyAddressPurpose);
    expect(seal.open(received.context!.notify!.sealedUrl, tenant)).toBe('https://hooks.slack.example/s');
  });

  it('answers with CycloneDX, KEV and the token to its files', async () => {
    const finding = {
      key: 'k',
      kind: 'vulnerability' as const,
      group: null,
      vulnerabilityId: 'CVE-2031-10001',
      aliases: [],
      title: 'Invented',
      severity: 'high' as const,
      score: 8.1,
      vector: null,
      kev: { cveID: 'CVE-2031-10001', dateAdded: '2031-02-01', dueDate: null, requiredAction: 'Patch.' },
      epss: null,
      component: { purl: 'pkg:npm/lodash@4.17.20', name: 'lodash', version: '4.17.20', fixedVersion: null },
      target: '',
      engines: ['assay-osv'],
    };
    const { answer } = await bench.judged(token, {}, [finding]);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      vulns_cyclonedx_json: expect.objectContaining({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        components: [expect.objectContaining({ purl: 'pkg:npm/lodash@4.17.20' })],
        vulnerabilities: [
          expect.objectContaining({ id: 'CVE-2031-10001', affects: [{ ref: 'pkg:npm/lodash@4.17.20' }] }),
        ],
      }),
      prio_vulns: {
        version: '2031.02.03',
        release_date: '2031-02-03T10:00:00.000Z',
        prioritized_vulns: {
          matched_grype_vulnerabilities: [finding.kev],
          matched_trivy_vulnerabilities: [],
        },
      },
      path_to_resources_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
  });

  it('has an array of vulnerabilities even when there are none', async () => {
    const { answer } = await bench.judged(token);
    expect(answer.text).toContain('"vulnerabilities":[]');
  });

  it('is the same whatever the order of its parts', async () => {
    const { token: last, ...rest } = aScan(token);
    const { answer } = await bench.judged(token, { token: last, ...rest });
    expect(answer.status).toBe(200);
  });

  it('of the brief era lacks what came later', async () => {
    const fields = {
      tool_versions: undefined,
      scan_root: undefined,
      sast_ruleset: undefined,
      fail_on_severity: undefined,
    };
    const { received, answer } = await bench.judged(token, { ...fields, commit_sha: 'Null', commit_author: ' <>' });
    expect(answer.status).toBe(200);
    expect(received.origin).toMatchObject({ commitSha: null, commitAuthor: null });
    expect(received.context).toMatchObject({ toolVersions: {}, scanRoot: null, rulesets: {}, failOn: null });
  });

  it('says which tools were switched off, whose reports nobody then reads', async () => {
    const { received } = await bench.judged(token, {
      sast_report: new Blob(['{"SAST_SCAN":false,"results":[]}']),
      trivy_report: new Blob(['{"TRIVY_SCAN":false,"Results":[]}']),
    });
    expect(received.context?.skipped).toEqual(['semgrep', 'trivy']);
    expect(received.documents.map(({ reader }) => reader)).toEqual(['sbom', null, null, null]);
  });
});

describe('a scan that is refused', () => {
  it.each<[string, Record<string, string | Blob | undefined>, number, string]>([
    ['without a token', { token: undefined }, 401, '{"error":"Token missing"}'],
    [
      'with an unknown one',
      { token: unknown, sbom: undefined },
      401,
      '{"error":"Token validation: TokenKey Not Found"}',
    ],
    [
      'without anything else',
      {
        sbom: undefined,
        sast_report: undefined,
        trivy_report: undefined,
        exclusions: undefined,
        current_repo: undefined,
        commit_sha: undefined,
        commit_author: undefined,
        tool_versions: undefined,
        scan_root: undefined,
      },
      400,
      '{"error":"Missing: SBOM file, sast report, trivy report, current repo, commit sha, commit author"}',
    ],
    ['with an empty file', { sbom: new Blob([]) }, 400, '{"error":"Missing: SBOM file"}'],
    [
      'with a missing field before broken JSON',
      { sbom: new Blob(['{']), commit_sha: '' },
      400,
      '{"error":"Missing: commit sha"}',
    ],
    ['with an SBOM that is no JSON', { sbom: new Blob(['<bom/>']) }, 400, '{"error":"SBOM file must be valid JSON"}'],
    [
      'with a report that is no JSON',
      { trivy_report: new Blob(['{"a":']) },
      400,
      '{"error":"Trivy report is not valid JSON"}',
    ],
  ])('%s', async (_what, fields, status, text) => {
    const before = await receipts();
    expect(await bench.client.form('scan-sbom', aScan(token, fields))).toMatchObject({ status, text });
    expect(await receipts()).toBe(before);
  });

  it('is refused at once where its token comes first, without the rest being read', async () => {
    const { token: wrong, ...rest } = aScan(unknown, { sbom: new Blob([anSbom('x'.repeat(3_000_000))]) });
    const answer = await bench.client.form('scan-sbom', { token: wrong!, ...rest });
    expect(answer).toMatchObject({ status: 401, text: '{"error":"Token validation: TokenKey Not Found"}' });
  });

  it('is told of what is wrong with its documents, in the words of the protocol', async () => {
    const { received, tenant, waiting } = await bench.accepted(token);
    const error = {
      code: 'scanner.unknown-version',
      message: 'CycloneDX 9.9 is not known.',
      kind: 'invalid',
      fields: [],
    } as const;
    await bench.services.failed(received.receiptId, 'index', { ...error, fields: [] }, tenant);
    const answer = await waiting;
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      error: 'Grype scan failed',
      details: 'CycloneDX 9.9 is not known.',
      return_code: 1,
    });
  });
});
