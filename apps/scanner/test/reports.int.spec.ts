import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixtureText } from './support/fixtures.js';
import { RunningScanner, type Sent } from './support/running-scanner.js';

let scanner: RunningScanner;
beforeAll(async () => {
  scanner = await RunningScanner.withAdvisories();
});
afterAll(() => scanner.stop());

const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const fixture = (path: string): Buffer => Buffer.from(fixtureText(path));

it('a report of any tool is recognised where nobody named one', async () => {
  const reports = {
    grype: 'grype/many_vulns_with_epss_values.json.gz',
    'osv-scanner': 'osv-scanner/some_findings.json',
    semgrep: 'semgrep/fingerprint_test.json',
    sarif: 'sarif/rookery__gosec.sarif.json',
    gitleaks: 'gitleaks/gitleaks8_many.json',
    'npm-audit': 'npm-audit/v7_many_vulns.json',
    trivy: 'trivy/scheme_2_many_vulns.json',
  };
  for (const [tool, path] of Object.entries(reports)) {
    const document = await scanner.findingsOf(fixture(path), { kind: 'report' });
    expect([document.tool, document.findings.length > 0]).toEqual([tool, true]);
  }
});

it('a report that a thread reads is recognised too, and refused with the same words', async () => {
  const vulnerability = { id: 'CVE-2019-14697', description: 'x'.repeat(8_000) };
  const matches = Array.from({ length: 200 }, (_, at) => ({
    vulnerability,
    artifact: { name: `x${at}`, version: '1' },
  }));
  const large = await scanner.findingsOf(json({ matches, descriptor: { name: 'grype' } }), { kind: 'report' });
  expect([large.tool, large.findings.length, large.findings[0]?.description?.length]).toEqual(['grype', 200, 2_000]);
  const nobodys = json({ rows: matches });
  const { failed } = await scanner.answerTo(await scanner.send(nobodys, { kind: 'report' }));
  expect(failed).toMatchObject({
    code: 'scanner.report-not-recognised',
    message: expect.stringMatching(/trivy, grype, osv-scanner, semgrep, sarif, gitleaks, npm-audit$/) as string,
  });
});

it('a report under the name of another tool is refused, and both are named', async () => {
  const sent: Sent = { kind: 'report', tool: 'trivy' };
  const { failed } = await scanner.answerTo(await scanner.send(fixture('semgrep/one_finding.json'), sent));
  expect(failed?.message).toBe('$: is a report of semgrep, but was sent as one of trivy');
});

it('a flaw that our engine, grype, osv-scanner and trivy see in one package is one key', async () => {
  const [name, version] = ['django', '3.2.0'];
  const purl = `pkg:pypi/${name}@${version}`;
  const component = { type: 'library', name, version, purl: `${purl}?package-id=f00` };
  const own = await scanner.findingsOf(json({ bomFormat: 'CycloneDX', specVersion: '1.5', components: [component] }));
  const ids = own.findings.map(({ vulnerabilityId }) => vulnerabilityId);
  const matches = ids.map((id) => ({ vulnerability: { id }, artifact: { name: 'Django', version, purl } }));
  const vulnerabilities = ids.map((id) => ({ id }));
  const packages = [{ package: { name: 'Django', version, ecosystem: 'PyPI' }, vulnerabilities }];
  const Vulnerabilities = ids.map((id) => ({ VulnerabilityID: id, PkgName: name, InstalledVersion: version }));
  const reports = [
    { matches, descriptor: { name: 'grype' } },
    { results: [{ source: { path: 'requirements.txt' }, packages }] },
    { SchemaVersion: 2, ArtifactName: '.', Results: [{ Target: 'requirements.txt', Type: 'pip', Vulnerabilities }] },
  ];
  const keys = own.findings.map(({ key }) => key).toSorted();
  expect(keys.length).toBeGreaterThan(20);
  for (const report of reports) {
    const theirs = await scanner.findingsOf(json(report), { kind: 'report' });
    expect(theirs.findings.map(({ key }) => key).toSorted()).toEqual(keys);
  }
});
