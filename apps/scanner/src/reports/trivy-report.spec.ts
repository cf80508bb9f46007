import { outlineOf } from '@assay/documents';
import { AssayError, noCounts } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { documentBytes, fixtureBytes, fixtureNames, fixtureText } from '../../test/support/fixtures.js';
import type { FindingDraft } from './finding-draft.js';
import type { ReportSummary } from './report-reader.js';
import { recogniseReport, reportReaderOf } from './report-readers.js';

interface Reading {
  readonly summary: ReportSummary;
  readonly findings: readonly FindingDraft[];
}

async function reading(source: AsyncIterable<Uint8Array>): Promise<Reading> {
  const findings: FindingDraft[] = [];
  const summary = await reportReaderOf('trivy')!.read(source, (batch) => void findings.push(...batch));
  return { summary, findings };
}

const report = (...results: unknown[]): Promise<Reading> =>
  reading(documentBytes({ SchemaVersion: 2, Results: results }, 40));
const named = (findings: readonly FindingDraft[], kind: string): FindingDraft[] =>
  findings.filter((each) => each.kind === kind);

const counts: Record<string, { critical: number; high: number }> = JSON.parse(
  fixtureText('trivy/securecase-counts.json'),
);

describe('a trivy report', () => {
  it.each(Object.keys(counts))('%s is counted as SecureCase counts it', async (name) => {
    const { summary } = await reading(fixtureBytes(`trivy/${name}`));
    expect(summary.entries).toMatchObject(counts[name]!);
    expect(summary.isRecognised).toBe(true);
  });

  it.each(fixtureNames('trivy').filter((name) => name !== 'securecase-counts.json'))(
    '%s is read and recognised',
    async (name) => {
      const { findings } = await reading(fixtureBytes(`trivy/${name}`));
      expect(findings.map(({ place }) => place)).not.toContain('');
      const saysNothing = name === 'legacy_no_vuln.json';
      expect(recogniseReport(outlineAt(name))?.tool).toBe(saysNothing ? undefined : 'trivy');
    },
  );

  it('gives vulnerabilities with what is known of them', async () => {
    const { findings } = await reading(fixtureBytes('trivy/rookery__fs-vuln.json.gz'));
    expect(named(findings, 'vulnerability')).toHaveLength(51);
    expect(findings.find(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2011-0698')).toMatchObject({
      aliases: ['GHSA-7g9h-c88w-r7h2'],
      severity: 'critical',
      score: 9.3,
      vector: expect.stringMatching(/^CVSS:4.0/) as string,
      component: { purl: 'pkg:pypi/django@1.2', name: 'django', version: '1.2', fixedVersion: '1.1.4, 1.2.5' },
      target: 'requirements.txt',
      place: 'pkg:pypi/django@1.2',
    });
  });

  it('gives misconfigurations that failed, and secrets by file and rule', async () => {
    const { findings } = await reading(fixtureBytes('trivy/misconfigurations_and_secrets.json'));
    expect(named(findings, 'misconfiguration')).toMatchObject([
      { ruleId: 'DS002', severity: 'high', place: 'Dockerfile' },
    ]);
    expect(named(findings, 'secret').map(({ ruleId, place }) => `${ruleId} ${place}`)).toEqual([
      'github-pat Dockerfile',
      'github-pat secret.txt',
    ]);
  });

  it('says what it is about, and of each finding what trivy says of it', async () => {
    const { findings, summary } = await reading(fixtureBytes('trivy/rookery__fs-vuln.json.gz'));
    expect(summary).toMatchObject({ target: '.', toolVersion: '0.70.0', warnings: [] });
    expect(findings.find(({ vulnerabilityId }) => vulnerabilityId === 'CVE-2011-0698')).toMatchObject({
      description: expect.stringMatching(/^Directory traversal vulnerability in Django/) as string,
      references: expect.arrayContaining(['https://avd.aquasec.com/nvd/cve-2011-0698']) as string[],
      location: { file: 'requirements.txt' },
    });
    const { findings: others } = await reading(fixtureBytes('trivy/misconfigurations_and_secrets.json'));
    expect(named(others, 'misconfiguration')[0]).toMatchObject({
      remediation: expect.stringContaining('USER') as string,
      location: { file: 'Dockerfile' },
    });
    expect(named(others, 'secret')[0]).toMatchObject({ title: 'GitHub Personal Access Token', description: '' });
    expect(named(others, 'secret')[0]?.location).toEqual({ file: 'Dockerfile', line: 24 });
  });

  it.each([
    ['registry.example:5000/shop/app:4711', 'container_image', 'registry.example:5000/shop/app'],
    ['app@sha256:abc', 'container_image', 'app'],
    ['registry.example:5000/app', 'container_image', 'registry.example:5000/app'],
    ['src:tests', 'filesystem', 'src:tests'],
  ])('about %s, a %s, is about %s', async (ArtifactName, ArtifactType, target) => {
    const { summary } = await reading(documentBytes({ SchemaVersion: 2, ArtifactName, ArtifactType, Results: [] }));
    expect(summary.target).toBe(target);
  });

  it('of an old version has the purl that its type and names make', async () => {
    const { findings } = await reading(fixtureBytes('trivy/legacy_trivy_mix.json'));
    expect(findings.map(({ component }) => component?.purl)).not.toContain(null);
  });

  it('gives licences of packages and of files', async () => {
    const { findings } = await reading(fixtureBytes('trivy/license_scheme.json'));
    expect(named(findings, 'license')).toHaveLength(19);
    expect(findings[0]).toMatchObject({
      ruleId: 'GPL-2.0',
      severity: 'high',
      component: { name: 'alpine-baselayout' },
    });
  });

  it('counts what is no finding, and duplicates', async () => {
    const { summary, findings } = await report({
      Target: 't',
      Vulnerabilities: [
        { VulnerabilityID: 'CVE-1', Severity: 'high' },
        { VulnerabilityID: 'CVE-1', Severity: 'High' },
        { Severity: 7 },
        {},
      ],
      Misconfigurations: [
        { ID: 'R1', Status: 'PASS', Severity: 'CRITICAL' },
        { ID: 'R2', Status: 'FAIL', Severity: ' LOW' },
      ],
      Secrets: [{ RuleID: 's', Severity: 'CRITICAL' }],
    });
    expect(summary.entries).toEqual({ ...noCounts(), critical: 1, high: 2, unknown: 3 });
    expect(findings.map(({ vulnerabilityId, ruleId }) => vulnerabilityId ?? ruleId)).toEqual([
      'CVE-1',
      'CVE-1',
      'R2',
      's',
    ]);
  });

  it('may have nulls where lists are, and no results at all', async () => {
    const results = [
      null,
      { Target: 't', Vulnerabilities: null, Misconfigurations: null, Secrets: null, Licenses: null },
    ];
    expect((await report(...results)).findings).toEqual([]);
    for (const text of ['null', '{"SchemaVersion":2,"Results":null}', '{"ArtifactName":"x"}', '[]', ' [null]']) {
      expect((await reading(documentBytes(text))).summary.entries).toEqual(noCounts());
    }
  });

  it('is not recognised where nothing says that it is one', async () => {
    expect((await reading(documentBytes('{}'))).summary.isRecognised).toBe(false);
    expect(recogniseReport(outlineOf(Buffer.from('{"bomFormat": "CycloneDX"')))).toBeUndefined();
    expect(reportReaderOf('tryvi')).toBeUndefined();
  });

  it('places a package of the system without the image’s tag, and one of an application by its file', async () => {
    const vulnerability = { VulnerabilityID: 'CVE-1', PkgName: 'apt', InstalledVersion: '1' };
    const { findings } = await report(
      { Target: 'app:4711 (debian 12.5)', Class: 'os-pkgs', Type: 'debian', Vulnerabilities: [vulnerability] },
      { Target: 'Java', Class: 'lang-pkgs', Vulnerabilities: [{ ...vulnerability, PkgPath: 'lib/x.jar' }] },
    );
    expect(findings.map(({ place }) => place)).toEqual(['pkg:deb/debian/apt@1', 'lib/x.jar#apt@1']);
  });

  it('takes no DSA for an alias, and the severity from a vector where trivy knew none', async () => {
    const { findings } = await report({
      Target: 't',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-1',
          VendorIDs: ['DSA-1-1', 'GHSA-1', 'CVE-1', 7],
          Severity: 'UNKNOWN',
          SeveritySource: 'ghsa',
          CVSS: {
            nvd: { V2Vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
            ghsa: { V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
          },
        },
      ],
    });
    expect(findings).toMatchObject([{ aliases: ['GHSA-1'], severity: 'critical', score: 9.8 }]);
  });

  it('of a cluster names the resource, and is not counted as SecureCase does not', async () => {
    const { findings, summary } = await reading(
      fixtureBytes('trivy/kubernetes_fabricated_internal_duplicates_subset.json'),
    );
    expect(findings[0]).toMatchObject({
      vulnerabilityId: 'CVE-2020-27350',
      aliases: [],
      target: 'default/Deployment/redis-follower: docker.io/redis:6.0.5 (debian 10.4)',
    });
    expect(summary.entries).toEqual(noCounts());
  });

  it.each([
    ['7', /^scanner.report-not-recognised \$: /],
    ['{"Results":{}}', /^scanner.wrong-type \$\.Results: must be an array, is object/],
    ['{"Results":[7]}', /^scanner.wrong-type \$\.Results\[0\]: must be an object, is a number/],
    ['[{"Vulnerabilities":{}}]', /^scanner.wrong-type \$\[0\]\.Vulnerabilities: must be an array/],
    [
      '{"Results":[{"Secrets":[null]}]}',
      /^scanner.wrong-type \$\.Results\[0\]\.Secrets\[0\]: must be an object, is null/,
    ],
    ['{"Results":[', /^documents.truncated /],
  ])('%s is refused, and the place is named', async (text, message) => {
    const error: unknown = await reading(documentBytes(text)).catch((caught: unknown) => caught);
    expect(error instanceof AssayError ? `${error.code} ${error.message}` : error).toMatch(message);
  });
});

function outlineAt(name: string): ReadonlySet<string> {
  return outlineOf(Buffer.from(fixtureText(`trivy/${name}`).slice(0, 60_000)));
}
