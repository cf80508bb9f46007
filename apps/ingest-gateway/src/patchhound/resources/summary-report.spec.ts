import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NativeFinding, NativeReport } from './native-report.js';
import { summaryOf } from './summary-report.js';

function aFinding(said: Partial<NativeFinding> = {}): NativeFinding {
  return {
    kind: 'vulnerability',
    id: 'CVE-2031-10001',
    aliases: [],
    severity: 'high',
    score: 8.1,
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H',
    title: 'A parser trusts its input',
    description: null,
    remediation: null,
    references: [],
    component: { purl: 'pkg:npm/left@2.1.0', name: 'left', version: '2.1.0', fixedVersion: null },
    target: '',
    location: null,
    engines: ['assay-osv'],
    kev: null,
    exception: null,
    ...said,
  };
}

function aReport(findings: NativeFinding[], said: Partial<NativeReport> = {}): NativeReport {
  return {
    run: { id: '1', name: '20310203_101500' },
    dates: { scanned: '', recorded: '', rescanned: null },
    counts: { byTool: {} },
    toolVersions: {},
    engines: [],
    rulesets: {},
    skipped: [],
    newFindings: [],
    newKevFindings: [],
    packages: [],
    findings,
    ...said,
  };
}

const summary = (...findings: NativeFinding[]) => summaryOf(aReport(findings), 'acme_shop');
const kev = {
  dateAdded: '2031-02-01',
  dueDate: '2031-02-22',
  requiredAction: 'Patch.',
  vendorProject: 'Acme',
  product: 'Left',
  vulnerabilityName: 'Left parser',
};
const exception = { reason: 'r', scopeNote: 'shop', publicComment: 'not reachable', privateComment: 'SEC-7' };
const other = { purl: 'pkg:npm/right@1.0.0', name: 'right', version: '1.0.0', fixedVersion: null };
const ofTrivy = { engines: ['trivy'] };

describe('the summary of a scan', () => {
  it('tells findings by their sources, in the order of sources', () => {
    const { vulnerabilities } = summary(
      aFinding({ ...ofTrivy, kind: 'secret', id: 'github-pat', severity: 'unknown', component: null, target: 'a.txt' }),
      aFinding({
        ...ofTrivy,
        kind: 'misconfiguration',
        id: 'DS002',
        component: null,
        target: 'Dockerfile',
        remediation: 'Add USER',
      }),
      aFinding({ ...ofTrivy, id: 'CVE-2031-10002' }),
      aFinding({
        engines: ['semgrep'],
        kind: 'sast',
        id: 'rule.x',
        severity: 'medium',
        component: null,
        location: { file: 'a.js', line: 7 },
      }),
      aFinding(),
    );
    expect(vulnerabilities).toMatchObject([
      {
        source: 'grype',
        type: 'vulnerability',
        severity: 'high',
        package: 'left',
        version: '2.1.0',
        link: 'https://nvd.nist.gov/vuln/detail/CVE-2031-10001',
      },
      { source: 'semgrep', id: 'semgrep_rule.x_a.js', severity: 'WARNING', path: 'a.js', line: 7 },
      { source: 'trivy_vulnerability', type: 'vuln', severity: 'HIGH' },
      { source: 'trivy_misconfiguration', id: 'DS002', resolution: 'Add USER', file: 'Dockerfile' },
      { source: 'trivy_secret', id: 'github-pat', severity: 'HIGH', file: 'a.txt' },
    ]);
  });

  it('has one entry for an id, the first one, and loses no package of it', () => {
    const { vulnerabilities, counters } = summary(aFinding(ofTrivy), aFinding(), aFinding({ component: other }));
    expect(vulnerabilities).toMatchObject([
      { source: 'grype', package: 'left', affected: [{ package: 'left' }, { package: 'right' }, { package: 'left' }] },
    ]);
    expect(counters).toMatchObject({ vuln_counter: 1 });
  });

  it('marks what is known to be exploited, and lists apart what trivy alone has seen of it', () => {
    const { vulnerabilities, kev_vulnerabilities, counters } = summary(
      aFinding({ kev }),
      aFinding({ ...ofTrivy, kev }),
      aFinding({ ...ofTrivy, id: 'CVE-2031-10003', kev }),
    );
    expect(vulnerabilities).toMatchObject([
      { id: 'CVE-2031-10001', kev_priority: 'CISA_KEV', kev_added_date: '2031-02-01', kev_due_date: '2031-02-22' },
    ]);
    expect(kev_vulnerabilities).toMatchObject([
      {
        source: 'kev',
        id: 'CVE-2031-10003',
        vuln_source: 'trivy',
        type: 'kev',
        vendor: 'Acme',
        product: 'Left',
        required_action: 'Patch.',
      },
    ]);
    expect(counters).toMatchObject({ kev_vuln_counter: 2, vuln_counter: 1 });
  });

  it('moves what is excluded to the exclusions with its comments, and counts it in both numbers', () => {
    const { vulnerabilities, exclusions, counters } = summary(
      aFinding({ exception }),
      aFinding({
        ...ofTrivy,
        kind: 'misconfiguration',
        id: 'DS002',
        component: null,
        exception: { reason: 'r', privateComment: null },
      }),
    );
    expect(vulnerabilities).toEqual([]);
    expect(exclusions).toMatchObject([
      { id: 'CVE-2031-10001', scope: 'shop', public_comment: 'not reachable', private_comment: 'SEC-7' },
      { id: 'DS002', scope: '', public_comment: '', private_comment: '' },
    ]);
    expect(counters).toMatchObject({
      vuln_counter: 1,
      excluded_vuln_counter: 1,
      misconf_counter: 1,
      excluded_misconf_counter: 1,
    });
  });

  it('leaves an id open that is excluded for one component alone', () => {
    for (const findings of [
      [aFinding({ exception }), aFinding({ component: other })],
      [aFinding(), aFinding({ component: other, exception })],
    ]) {
      expect(summary(...findings)).toMatchObject({ vulnerabilities: [{ id: 'CVE-2031-10001' }], exclusions: [] });
    }
  });

  it('says which tools were not run, with what, and what a rescan found', () => {
    const found = {
      id: 'CVE-2031-2',
      severity: 'low' as const,
      title: 't',
      component: null,
      kev: null,
      foundAt: '2031-02-04T00:00:00Z',
    };
    const report = aReport([], {
      skipped: ['semgrep', 'trivy'],
      toolVersions: { syft: '1.18.1' },
      rulesets: { semgrep: ['--config=p/ci'] },
      newFindings: [found],
    });
    expect(summaryOf(report, 'acme_shop')).toMatchObject({
      repo_name: 'acme_shop',
      vulnerabilities: [
        { source: 'semgrep', status: 'scan skipped', reason: 'SAST_SCAN=false' },
        { source: 'trivy', status: 'scan skipped', reason: 'TRIVY_SCAN=false' },
      ],
      tool_version: { syft_version: '1.18.1', trivy_version: '' },
      ruleset: { semgrep: ['--config=p/ci'] },
      new_vulnerabilities: [{ id: 'CVE-2031-2', vuln_found_timestamp: '2031-02-04T00:00:00Z' }],
      counters: { new_vulnerabilities_counter: 1 },
    });
  });

  it('holds every id exactly once, whatever was found', () => {
    const finding = fc.record({
      kind: fc.constantFrom('vulnerability' as const, 'sast' as const, 'secret' as const, 'misconfiguration' as const),
      id: fc.constantFrom('CVE-1', 'CVE-2', 'X'),
      engines: fc.constantFrom(['assay-osv'], ['trivy'], ['semgrep'], ['assay-osv', 'trivy']),
      kev: fc.constantFrom(null, kev),
      exception: fc.constantFrom(null, exception),
    });
    fc.assert(
      fc.property(fc.array(finding), (said) => {
        const { vulnerabilities, kev_vulnerabilities, exclusions } = summary(...said.map((each) => aFinding(each)));
        const ids = [...vulnerabilities, ...kev_vulnerabilities, ...exclusions].map(
          (each) => (each as { id: string }).id,
        );
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
