import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';

describe('an npm audit report', () => {
  it('of npm 6 gives a finding for each installed version', async () => {
    const { findings } = await readingOf('npm-audit', 'one_vuln.json');
    expect(findings).toMatchObject([
      {
        vulnerabilityId: 'CVE-2017-16042',
        severity: 'critical',
        title: 'Command Injection',
        component: { purl: 'pkg:npm/growl@1.9.2', version: '1.9.2', fixedVersion: '1.10.2' },
        place: 'pkg:npm/growl@1.9.2',
        target: 'mocha-jenkins-reporter>mocha>growl',
        remediation: 'Update to version 1.10.2 or later.',
      },
    ]);
    expect(findings[0]?.references).toEqual([
      'https://www.npmjs.com/advisories/146',
      'https://github.com/tj/node-growl/issues/60',
      'https://github.com/tj/node-growl/pull/61',
    ]);
  });

  it('of npm 7 gives each advisory once, with the package it is about', async () => {
    const { summary, findings } = await readingOf('npm-audit', 'v7_many_vulns.json');
    expect(summary.entries).toEqual({ critical: 0, high: 0, medium: 4, low: 2, unknown: 0 });
    expect(findings.map(({ vulnerabilityId, place }) => `${vulnerabilityId} ${place}`)).toEqual([
      'GHSA-gxpj-cx7g-858c pkg:npm/debug',
      'GHSA-c2qf-rxjj-qqgw pkg:npm/semver',
      'GHSA-3787-6prv-h9w3 pkg:npm/undici',
    ]);
    expect(findings[1]).toMatchObject({
      severity: 'medium',
      score: 5.3,
      component: { fixedVersion: '7.5.2' },
      remediation: 'Install vercel@32.3.0, which is a breaking change',
    });
  });

  it.each([
    ['cwe_null.json', 1],
    ['many_vuln.json', 5],
    ['multiple_cwes.json.gz', 55],
    ['v7_multiple_cwes_fabricated.json', 1],
    ['v7_no_vuln.json', 0],
    ['pnpm_many_vuln.json', 43],
  ])('%s has %i', async (name, count) => {
    const { findings } = await readingOf('npm-audit', name);
    expect(findings).toHaveLength(count);
    expect(findings.every(({ component }) => component?.purl?.startsWith('pkg:npm/'))).toBe(true);
  });

  it('may be larger than one element may be', async () => {
    const entry = { name: 'x', severity: 'high', via: ['y'], effects: ['e'.repeat(1_000_000)] };
    const vulnerabilities = Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`p${at}`, entry]));
    const { summary } = await readingOfDocument('npm-audit', { auditReportVersion: 2, vulnerabilities });
    expect(summary.entries.high).toBe(18);
  });

  it.each([
    [{ auditReportVersion: 2, vulnerabilities: [] }, /\$\.vulnerabilities: must be an object, is array/],
    [{ auditReportVersion: 2, vulnerabilities: { 'a.b': 7 } }, /\$\.vulnerabilities\["a\.b"\]: must be an object/],
    [{ vulnerabilities: { a: { via: {} } } }, /\$\.vulnerabilities\["a"\]\.via: must be an array, is an object/],
    [{}, /\$: is no report of npm-audit/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('npm-audit', document)).rejects.toThrow(message);
  });
});
