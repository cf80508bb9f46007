import { describe, expect, it } from 'vitest';
import { reading, readingOf, readingOfDocument } from '../../test/support/reports.js';
import { fixtureBytes } from '../../test/support/fixtures.js';
import { toStoredComponent } from '../inventory/stored-component.js';
import { maxDetailCharsPerReport } from '../limits.js';
import { identityOf } from '../matching/package-identity.js';
import { emptyDraft, type FindingDraft } from '../reports/finding-draft.js';
import type { Vulnerability } from '../vulnerabilities/vulnerability.js';
import { findingsOfComponent, type PlacedFinding } from './component-findings.js';
import { findingsOfReport } from './report-findings.js';

const musl: Vulnerability = {
  group: '00000000-0000-8000-8000-000000000001',
  displayId: 'CVE-2019-14697',
  ids: ['CVE-2019-14697', 'ALPINE-CVE-2019-14697'],
  title: '',
  severity: 'critical',
  score: 9.8,
  vector: null,
  kev: null,
  epss: null,
  isGrouped: true,
};
const known = new Map(musl.ids.map((id) => [id, musl]));
const keysOf = (found: readonly PlacedFinding[]): string[] => found.map(({ finding }) => finding.key);
const sast = (draft: Partial<FindingDraft>): FindingDraft => ({
  ...emptyDraft,
  kind: 'sast',
  ruleId: 'R',
  place: 'a.py',
  ...draft,
});
const at = (line: number | null): FindingDraft => sast({ location: { file: 'a.py', line } });

describe('the same problem seen by several tools', () => {
  it('is one finding: trivy, grype, osv-scanner, grype’s SARIF and our own engine say the same key', async () => {
    const trivy = (await readingOf('trivy', 'rookery__trivy-image-multi.json')).findings.filter(
      ({ vulnerabilityId, component }) => vulnerabilityId === 'CVE-2019-14697' && component?.name === 'musl',
    );
    const syftPurl = 'pkg:apk/alpine/musl@1.1.20-r4?arch=x86_64&upstream=musl&distro=alpine-3.9.4';
    const artifact = { name: 'musl', version: '1.1.20-r4', type: 'apk', purl: syftPurl };
    const grype = await readingOfDocument('grype', {
      matches: [{ vulnerability: { id: 'CVE-2019-14697', severity: 'Critical' }, artifact }],
    });
    const named = { name: 'musl', version: '1.1.20-r4', ecosystem: 'Alpine:v3.9' };
    const osv = await readingOfDocument('osv-scanner', {
      results: [{ packages: [{ package: named, vulnerabilities: [{ id: 'ALPINE-CVE-2019-14697' }] }] }],
    });
    const driver = { name: 'Grype', rules: [{ id: 'CVE-2019-14697-musl', properties: { purls: [syftPurl] } }] };
    const results = [{ ruleId: 'CVE-2019-14697-musl', level: 'error' }];
    const sarif = await readingOfDocument('sarif', { version: '2.1.0', runs: [{ tool: { driver }, results }] });
    const sbomPurl = 'pkg:apk/alpine/musl@1.1.20-r4?arch=x86_64&distro=alpine-3.9.4&package-id=f00';
    const own = ownFinding(sbomPurl);

    const keys = [
      ...keysOf(findingsOfReport('trivy', trivy, known)),
      ...keysOf(findingsOfReport('grype', grype.findings, known)),
      ...keysOf(findingsOfReport('osv-scanner', osv.findings, known)),
      ...keysOf(findingsOfReport('sarif', sarif.findings, known)),
      ...keysOf(own),
    ];
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(1);
  });

  it('is one finding with two engines where one report speaks for both', () => {
    const flaw: FindingDraft = {
      ...emptyDraft,
      kind: 'vulnerability',
      vulnerabilityId: 'CVE-2019-14697',
      place: 'pkg:npm/a@1',
    };
    const drafts = [
      { ...flaw, engine: 'trivy', severity: 'high' as const },
      { ...flaw, engine: 'grype', severity: 'critical' as const, vulnerabilityId: 'ALPINE-CVE-2019-14697' },
    ];
    expect(findingsOfReport('sarif', drafts, known).map(({ finding }) => finding)).toMatchObject([
      { severity: 'critical', engines: ['trivy', 'grype'], group: musl.group },
    ]);
  });

  it('stays two where tools of different rules look at one place', () => {
    expect(findingsOfReport('semgrep', [sast({}), sast({ ruleId: 'S' })], known)).toHaveLength(2);
  });

  it('in real pairs of reports agrees wherever they name one package and one flaw', async () => {
    const [six, seven] = await Promise.all(
      ['one_vuln.json', 'many_vuln.json'].map((name) => reading('npm-audit', fixtureBytes(`npm-audit/${name}`))),
    );
    for (const { component, vulnerabilityId } of [...six!.findings, ...seven!.findings]) {
      const artifact = { name: component!.name, version: component!.version, purl: `${component!.purl}?package-id=1` };
      const match = { vulnerability: { id: vulnerabilityId }, artifact };
      const { findings } = await readingOfDocument('grype', { matches: [match] });
      const npm = [...six!.findings, ...seven!.findings].filter((each) => each.component === component);
      expect(keysOf(findingsOfReport('grype', findings, known))).toEqual(
        keysOf(findingsOfReport('npm-audit', npm, known)),
      );
    }
  });
});

describe('several hits of one rule in one file', () => {
  it('are as many findings, told apart by their order and not by their lines', () => {
    const before = findingsOfReport('semgrep', [at(30), at(10), at(10)], known);
    const moved = findingsOfReport('semgrep', [at(13), at(33)], known);
    expect(before.map(({ place }) => place)).toEqual(['a.py', 'a.py#2']);
    expect(keysOf(moved)).toEqual(keysOf(before));
    expect(keysOf(findingsOfReport('semgrep', [at(99)], known))).toEqual([keysOf(before)[0]]);
    expect(findingsOfReport('semgrep', [at(null), at(null)], known)).toHaveLength(1);
  });
});

describe('what a tool says at length', () => {
  it('stands in the finding, and what it does not say is not there', () => {
    const [full, bare] = findingsOfReport(
      'semgrep',
      [
        sast({
          severity: 'high',
          description: 'd',
          remediation: 'r',
          references: ['https://a.example'],
          fingerprint: 'f',
        }),
        sast({ ruleId: 'S' }),
      ],
      known,
    );
    expect(full?.finding).toMatchObject({
      description: 'd',
      remediation: 'r',
      references: ['https://a.example'],
      fingerprint: 'f',
    });
    expect(Object.keys(bare!.finding)).not.toEqual(expect.arrayContaining(['description']));
  });

  it('is kept for the worst findings as far as the limit of a report goes', () => {
    const description = 'x'.repeat(2_000);
    const count = maxDetailCharsPerReport / 2_000 + 10;
    const drafts = Array.from({ length: count }, (_, number) =>
      sast({ ruleId: `R${number}`, severity: 'low', description }),
    );
    const found = findingsOfReport(
      'semgrep',
      [...drafts, sast({ ruleId: 'worst', severity: 'critical', description })],
      known,
    );
    expect(found[0]?.finding).toMatchObject({ vulnerabilityId: 'worst', description });
    expect(found.filter(({ finding }) => finding.description === undefined).length).toBeGreaterThan(5);
    expect(found.at(-1)?.finding.description).toBeUndefined();
  });
});

function ownFinding(purl: string): PlacedFinding[] {
  const identity = identityOf(purl)!;
  const component = toStoredComponent({
    purl,
    name: 'musl',
    version: identity.version,
    type: 'library',
    licenses: [],
    bomRef: null,
    identity,
  });
  const range = { type: 'ECOSYSTEM' as const, events: [{ type: 'introduced' as const, version: '0' }] };
  const affected = [{ ecosystem: identity.ecosystem, name: 'musl', packageKey: '', ranges: [range], versions: [] }];
  return findingsOfComponent(component, [{ id: 'ALPINE-CVE-2019-14697', affected, vulnerability: musl }]);
}
