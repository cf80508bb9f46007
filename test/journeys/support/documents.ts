import { fixtureOf } from './fixture-files.js';

/** One document as a CI job would send it, with what it says of where it came from. */
export interface CiDocument {
  readonly name: string;
  readonly route: string;
  readonly body: Buffer;
  /** The subject's repository: every document of a journey has its own, so that its traces can be told apart. */
  readonly repo: string;
}

const vulnerable = [
  ['lodash', '4.17.4'],
  ['minimist', '0.0.8'],
  ['jquery', '1.12.4'],
  ['marked', '0.3.5'],
  ['handlebars', '4.0.5'],
  ['angular', '1.6.6'],
  ['moment', '2.19.2'],
  ['express', '4.15.0'],
] as const;

/** A small CycloneDX document whose components, and so findings, depend on its number alone. */
function anSbom(number: number): Buffer {
  const components = Array.from({ length: 40 }, (_, index) => ({
    type: 'library',
    name: `part-${number}-${index}`,
    version: `1.${index}.0`,
    purl: `pkg:npm/part-${number}-${index}@1.${index}.0`,
  }));
  vulnerable.forEach(([name, version], index) => {
    if ((number >> (index % 4)) % 2 === 0) {
      components.push({ type: 'library', name, version, purl: `pkg:npm/${name}@${version}` });
    }
  });
  return Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }));
}

const trivyReports = [
  'scheme_2_many_vulns.json',
  'issue_9263.json',
  'misconfigurations_and_secrets.json',
  'severity_prio.json',
];

/** `count` documents, SBOMs and reports of trivy in turn, the same for every run of a journey. */
export function ciDocuments(count: number): CiDocument[] {
  return Array.from({ length: count }, (_, number): CiDocument => {
    const repo = `acme/repo-${number}`;
    const query = `repo=${encodeURIComponent(repo)}&provider=github&prId=${number + 1}&branch=feature&targetBranch=main&commitSha=${'c'.repeat(39)}${number % 10}&runId=${number + 1}`;
    if (number % 4 === 3) {
      const report = trivyReports[(number >> 2) % trivyReports.length]!;
      return {
        name: `${number}-${report}`,
        repo,
        route: `/api/v1/ingest/reports/trivy?${query}`,
        body: fixtureOf(`apps/scanner/test/fixtures/trivy/${report}`),
      };
    }
    return { name: `${number}-sbom`, repo, route: `/api/v1/ingest/sbom?${query}`, body: anSbom(number) };
  });
}
