import type { Finding } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { CycloneDxVulnerabilities } from './cyclonedx-vulnerabilities.js';
import { KevMatches } from './kev-matches.js';

function aFinding(said: Partial<Finding> = {}): Finding {
  return {
    key: 'k',
    kind: 'vulnerability',
    group: null,
    vulnerabilityId: 'CVE-2031-10001',
    aliases: [],
    title: 'A parser trusts its input',
    severity: 'high',
    score: 8.1,
    vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H',
    kev: null,
    epss: null,
    component: { purl: 'pkg:npm/left-parser@2.1.0', name: 'left-parser', version: '2.1.0', fixedVersion: '2.1.1' },
    target: '',
    engines: ['assay-osv'],
    ...said,
  };
}

function listed(...findings: Finding[]) {
  const vulnerabilities = new CycloneDxVulnerabilities();
  for (const finding of findings) vulnerabilities.add(finding);
  return [...vulnerabilities.values()];
}

const other = { purl: 'pkg:npm/right-parser@1.0.0', name: 'right-parser', version: '1.0.0', fixedVersion: null };

describe('the vulnerabilities of an SBOM', () => {
  it('are told with what the client reads', () => {
    expect(
      listed(aFinding({ description: 'Words.', references: ['https://advisories.example/1', 'javascript:alert(1)'] })),
    ).toEqual([
      expect.objectContaining({
        id: 'CVE-2031-10001',
        source: { name: 'nvd', url: 'https://nvd.nist.gov/vuln/detail/CVE-2031-10001' },
        ratings: [
          expect.objectContaining({
            score: 8.1,
            severity: 'high',
            method: 'CVSSv31',
            vector: expect.stringMatching(/^CVSS:3\.1/),
          }),
        ],
        description: 'Words.',
        affects: [{ ref: 'pkg:npm/left-parser@2.1.0' }],
        references: [
          { url: 'https://advisories.example/1' },
          { url: 'https://nvd.nist.gov/vuln/detail/CVE-2031-10001' },
        ],
      }),
    ]);
  });

  it('are one entry for several packages: the second does not disappear', () => {
    const entries = listed(aFinding(), aFinding({ component: other }), aFinding({ component: other }));
    expect(entries.map(({ affects }) => affects)).toEqual([
      [{ ref: 'pkg:npm/left-parser@2.1.0' }, { ref: 'pkg:npm/right-parser@1.0.0' }],
    ]);
  });

  it('have one rating each, the worst: two severities would be counted twice', () => {
    const [entry] = listed(aFinding({ score: 5, severity: 'medium' }), aFinding({ component: other }));
    expect(entry?.ratings).toEqual([expect.objectContaining({ score: 8.1, severity: 'high' })]);
    expect(entry?.affects).toHaveLength(2);
  });

  it('are rated by their severity alone where there is no score', () => {
    const [entry] = listed(aFinding({ score: null, vector: null, severity: 'unknown' }));
    expect(entry?.ratings).toEqual([{ source: { name: 'nvd' }, severity: 'unknown' }]);
  });

  it('are not what is no vulnerability', () => {
    expect(listed(aFinding({ kind: 'license' }))).toEqual([]);
  });
});

describe('known exploited vulnerabilities', () => {
  it('are told as CISA publishes them, each once', () => {
    const kev = {
      cveID: 'CVE-2031-10001',
      dateAdded: '2031-02-01',
      dueDate: '2031-02-22',
      requiredAction: 'Patch.',
      vendorProject: 'Acme',
    };
    const matches = new KevMatches();
    matches.add(aFinding({ kev }));
    matches.add(aFinding({ kev, component: other }));
    matches.add(aFinding());
    expect(matches.values()).toEqual([kev]);
  });

  it('have their CVE even where the finding goes by another name', () => {
    const kev = { dateAdded: '2031-02-01', dueDate: null, requiredAction: 'Patch.' };
    const matches = new KevMatches();
    matches.add(aFinding({ vulnerabilityId: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2031-10002'], kev }));
    expect(matches.values()).toEqual([{ cveID: 'CVE-2031-10002', ...kev }]);
  });
});
