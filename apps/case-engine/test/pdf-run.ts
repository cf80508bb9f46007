import { readFileSync } from 'node:fs';
import { type Finding, findingsDocumentSchema, type Origin, type RunContext, type Subject } from '@assay/contracts';
import { digestOf, noCounts } from '@assay/kernel';
import { exceptionOfExclusion, readExclusions } from '../src/exceptions/exclusions-file.js';
import { assembleReport, type KnownOfRun } from '../src/reports/assemble-report.js';
import { noRescan } from '../src/reports/rescan.js';
import type { ReportedPackage, RunReport } from '../src/reports/run-report.js';
import { packagesIn } from '../src/reports/sbom-packages.js';
import type { WholeRun } from '../src/runs/read-runs.store.js';

/** A document of the fixture `pdf-run`, as bytes. */
export function pdfRunFile(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/pdf-run/${name}`, import.meta.url));
}

const json = (name: string): unknown => JSON.parse(pdfRunFile(name).toString('utf8'));

const scannedAt = new Date('2026-01-05T10:15:00Z');
export const reportedAt = new Date('2026-01-06T08:00:00Z');

const subject: Subject = { kind: 'branch', provider: '', org: 'acme', repo: 'shop-api', branch: '' };

/** Where the run of the fixture came from. */
export const pdfRunOrigin: Origin = {
  provider: '',
  org: 'acme',
  repo: 'shop-api',
  branch: '',
  prId: null,
  targetBranch: null,
  commitSha: '5f1d0c2b7a9e4d3c8b6a5f4e3d2c1b0a99887766',
  baseSha: null,
  commitAuthor: 'Žofie Nováková (王小明, Αθηνά, Дарья, דנה) <zofie@example.org>',
  runId: '20260105_101500',
  runUrl: 'https://ci.example.org/acme/shop-api/runs/4711',
  runStartedAt: null,
  imageName: null,
  imageTag: null,
  imageDigest: null,
};

/** What the client said of it: semgrep was not run. */
export const pdfRunContext: RunContext = {
  name: '20260105_101500',
  toolVersions: { syft: '1.29.0', trivy: '0.65.0', semgrep: '' },
  scanRoot: '/builds/acme/shop-api',
  rulesets: { semgrep: ['--config=p/ci', '--config=p/owasp-top-ten', '--config=rules/own.yml'] },
  skipped: ['semgrep'],
  failOn: 'HIGH',
  notify: null,
};

/** What is known of the run of the fixture, as the stores give it; `known` replaces parts of it. */
export function thePdfRun(known: Partial<KnownOfRun> = {}): KnownOfRun {
  const documents = (['sbom', 'trivy', 'sast'] as const).map((name) => documentOf(name));
  const exclusions = readExclusions(json('exclusions.json')).items.map((item) =>
    exceptionOfExclusion(item, {
      origin: 'ci',
      where: { kind: 'repository', provider: '', org: 'acme', repo: 'shop-api', image: null, purl: null },
      by: 'key:ci',
      at: scannedAt,
    }),
  );
  const sbom = json('sbom.cyclonedx.json') as { components: unknown[] };
  const packages = sbom.components.flatMap((component): ReportedPackage[] => packagesIn('cyclonedx', component));
  return {
    run: { ...theRun, documents: documents.map(({ document }) => document) },
    context: pdfRunContext,
    heads: documents.map(({ head }) => head),
    findings: documents.flatMap(({ findings }): Finding[] => findings),
    exceptions: exclusions,
    packages: { packages, omitted: 0, unavailable: [] },
    rescan: noRescan,
    ...known,
  };
}

/** The report of the fixture's run. */
export function thePdfReport(known: Partial<KnownOfRun> = {}, privateComments = false): RunReport {
  return assembleReport(thePdfRun(known), { reportedAt, privateComments }, reportedAt);
}

const id = (last: number): string => `0199b5a0-0000-7000-8000-00000000000${last}`;

const theRun: Omit<WholeRun, 'documents'> = {
  ...noCounts(),
  id: id(1),
  case_id: 7,
  subject,
  origin: pdfRunOrigin,
  run_started_at: null,
  accepted_at: scannedAt,
  recorded_at: new Date('2026-01-05T10:15:01Z'),
  late: false,
  kev: 1,
  excluded: 4,
  by_tool: {},
  opened: null,
  fixed: null,
  previous_run: null,
  applied: [],
  alerts: [],
  policy: { threshold: 'high' },
  verdict: {
    runId: id(1),
    scanIds: [id(2)],
    caseId: 7,
    caseStatus: 'OPEN',
    gate: true,
    verdict: 'block',
    reasons: ['1 critical finding is new in this change', '1 finding is known to be exploited: CVE-2020-15999'],
    components: 3,
    baseline: null,
    counts: { ...noCounts(), kev: 1, excluded: 4 },
    newInThisChange: noCounts(),
  },
};

function documentOf(name: 'sbom' | 'trivy' | 'sast') {
  const {
    tool,
    target = '',
    engines,
    warnings,
    components,
    findings,
  } = findingsDocumentSchema.parse(json(`findings.${name}.json`));
  const file = { sbom: 'sbom.cyclonedx.json', trivy: 'trivy_report.json', sast: 'sast_report.json' }[name];
  const bytes = pdfRunFile(file);
  const document = {
    tool,
    target,
    scanId: id(2),
    receiptId: id(3),
    acceptedAt: scannedAt.toISOString(),
    documentDigest: digestOf(bytes),
    findingsDigest: digestOf(pdfRunFile(`findings.${name}.json`)),
    findingsSize: 0,
    findingsContent: null,
    engines: [],
    components,
    findingsVersion: null,
  };
  return { document, findings, head: { size: bytes.length, engines, warnings } };
}
