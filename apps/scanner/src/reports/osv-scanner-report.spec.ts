import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';

const lodash = {
  package: { name: 'lodash', version: '4.17.4', ecosystem: 'npm' },
  vulnerabilities: [
    {
      id: 'GHSA-jf85-cpcp-j695',
      aliases: ['CVE-2019-10744'],
      summary: 'Prototype Pollution in lodash',
      details: 'Versions of `lodash` before 4.17.12 are vulnerable.',
      references: [{ type: 'WEB', url: 'https://example.org/a' }, { url: 'javascript:alert(1)' }],
      affected: [
        {
          package: { name: 'lodash', ecosystem: 'npm' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.12' }] }],
        },
      ],
    },
  ],
  groups: [{ ids: ['GHSA-jf85-cpcp-j695'], aliases: ['CVE-2019-10744'], max_severity: '9.1' }],
};

describe('an osv-scanner report', () => {
  it('gives a finding for each group of ids', async () => {
    const { summary, findings } = await readingOf('osv-scanner', 'some_findings.json');
    expect(findings).toMatchObject([
      {
        vulnerabilityId: 'GHSA-8348-2q94-ffjx',
        aliases: ['MAL-2023-1035'],
        severity: 'critical',
        component: { purl: 'pkg:npm/flot-axis@0.0.0' },
        place: 'pkg:npm/flot-axis@0.0.0',
        location: { file: '/tmp/components/yarn.lock', line: null },
      },
    ]);
    expect(summary.entries).toMatchObject({ critical: 1 });
  });

  it('gives licences that the policy forbids, and nothing where nothing was found', async () => {
    const { findings } = await readingOf('osv-scanner', 'snapshot_license_violations.json');
    expect(findings).toMatchObject([{ kind: 'license', ruleId: 'Apache-2.0', component: { name: 'human-signals' } }]);
    expect((await readingOf('osv-scanner', 'snapshot_no_vuln.json')).findings).toEqual([]);
  });

  it('says what fixes it, by the record, and how bad it is, by the group', async () => {
    const { findings } = await readingOfDocument('osv-scanner', {
      results: [{ source: { path: 'a.lock' }, packages: [lodash] }],
    });
    expect(findings).toMatchObject([
      {
        vulnerabilityId: 'CVE-2019-10744',
        aliases: ['GHSA-jf85-cpcp-j695'],
        severity: 'critical',
        score: 9.1,
        title: 'Prototype Pollution in lodash',
        component: { purl: 'pkg:npm/lodash@4.17.4', fixedVersion: '4.17.12' },
        references: ['https://example.org/a'],
      },
    ]);
  });

  it('knows the file also where it stands behind the packages, and of each result its own', async () => {
    const results = [
      { packages: [lodash], source: { path: 'a.lock' } },
      { packages: [lodash] },
      { packages: [], source: {} },
    ];
    const { findings } = await readingOfDocument('osv-scanner', { results });
    expect(findings.map(({ target }) => target)).toEqual(['a.lock', '']);
  });

  it('reads packages of distributions by their installed name', async () => {
    const named = { name: 'glibc', os_package_name: 'libc6', version: '2.36-9', ecosystem: 'Debian:12' };
    const entry = { package: named, vulnerabilities: [{ id: 'CVE-2023-1', database_specific: { severity: 'LOW' } }] };
    const { findings } = await readingOfDocument('osv-scanner', { results: [{ packages: [entry] }] });
    expect(findings).toMatchObject([{ severity: 'low', place: 'pkg:deb/debian/libc6@2.36-9' }]);
  });

  it.each([
    [{ results: [{ packages: {} }] }, /\$\.results\[0\]\.packages: must be an array, is object/],
    [{ results: [{ packages: [{ groups: 1 }] }] }, /\$\.results\[0\]\.packages\[0\]\.groups: must be an array/],
    [{ results: [{ source: 'a' }] }, /\$\.results\[0\]\.source: must be an object, is a string/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('osv-scanner', document)).rejects.toThrow(message);
  });
});
