import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';

describe('a grype report', () => {
  it.each([
    [
      'many_vulns3.json.gz',
      { critical: 5, high: 24, medium: 155, low: 133, unknown: 10 },
      'defectdojo/defectdojo-django',
    ],
    ['many_vulns4.json', { critical: 2, high: 2, medium: 5, low: 0, unknown: 0 }, '.'],
    ['many_vulns_with_epss_values.json.gz', { critical: 1, high: 10, medium: 2, low: 2, unknown: 0 }, 'busybox'],
    [
      'grype-repo__keycloak-test.json',
      { critical: 0, high: 0, medium: 0, low: 6, unknown: 0 },
      'docker.io/keycloak/keycloak',
    ],
    ['no_vuln.json', { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }, 'busybox'],
  ])('%s has its matches by severity, and says what it is about', async (name, entries, target) => {
    const { summary, findings } = await readingOf('grype', name);
    expect(summary).toMatchObject({ entries, target, isRecognised: true });
    expect(findings).toHaveLength(Object.values(entries).reduce((sum, count) => sum + count, 0));
  });

  it('gives what is known of a match', async () => {
    const { summary, findings } = await readingOf('grype', 'many_vulns_with_epss_values.json.gz');
    expect(summary.toolVersion).toBe('0.94.0');
    expect(findings[0]).toMatchObject({
      kind: 'vulnerability',
      vulnerabilityId: 'CVE-2022-28391',
      severity: 'high',
      score: 8.8,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H',
      component: { purl: 'pkg:generic/busybox@1.32.1', name: 'busybox', version: '1.32.1', fixedVersion: null },
      place: 'pkg:generic/busybox@1.32.1',
      target: '/bin/[',
      location: { file: '/bin/[', line: null },
      description: expect.stringMatching(/^BusyBox through 1\.35\.0 allows remote attackers/) as string,
    });
    expect(findings[0]?.references[0]).toBe('https://nvd.nist.gov/vuln/detail/CVE-2022-28391');
    expect(findings[0]?.references).toHaveLength(4);
  });

  it('takes the CVE of a GHSA for an alias, and of a distribution’s advisory none', async () => {
    const match = (id: string) => ({
      vulnerability: { id, severity: 'High', fix: { versions: ['1.2'] } },
      relatedVulnerabilities: [{ id: 'CVE-2021-1', cvss: [{ vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }] }],
      artifact: { name: 'x', version: '1', purl: 'pkg:npm/x@1' },
    });
    const { findings } = await readingOfDocument('grype', {
      matches: [match('GHSA-aaaa-bbbb-cccc'), match('ALAS-2021-1')],
    });
    expect(findings.map(({ aliases }) => aliases)).toEqual([['CVE-2021-1'], []]);
    expect(findings[0]).toMatchObject({ score: 7.5, component: { fixedVersion: '1.2' } });
  });

  it.each([
    [{ matches: {} }, /\$\.matches: must be an array, is object/],
    [{ matches: [7] }, /\$\.matches\[0\]: must be an object, is a number/],
    [{ matches: [{ vulnerability: 'CVE-1' }] }, /\$\.matches\[0\]\.vulnerability: must be an object, is a string/],
    [{ matches: [], descriptor: { name: 'xeol' } }, /\$: is no report of grype/],
    [{}, /\$: is no report of grype/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('grype', document)).rejects.toThrow(message);
  });
});
