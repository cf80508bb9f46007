import { describe, expect, it } from 'vitest';
import { everything, fixture, opened } from '../../test/bytes.js';
import { readBenchmark } from '../read-benchmark.js';

describe('docker-bench as JSON', () => {
  it.each([
    ['defectdojo__docker-bench-report-many-vulns.json', '1.3.6', { passed: 48, warnings: 33, skipped: 36 }, 59.26],
    ['defectdojo__docker-bench-report-zero-vulns.json', '1.3.6', { passed: 109, warnings: 0, skipped: 8 }, 100],
    ['rookery__real-docker-bench-1.3.4.json', '1.3.4', { passed: 30, warnings: 28, skipped: 47 }, 51.72],
  ])('%s of %s', async (file, version, counts, score) => {
    const { scans } = await readBenchmark('docker-bench-json', opened(fixture(`docker-bench/${file}`)));
    expect(scans).toMatchObject([
      {
        profileName: 'Docker Bench for Security',
        profileTitle: `Docker Bench for Security ${version}`,
        profileType: 'docker-bench',
        counts,
        score,
        claimed: null,
        startedAt: expect.any(String) as string,
      },
    ]);
  });

  it('has sections, findings and what to do, as far as its version says', async () => {
    const { scans } = await readBenchmark(
      'docker-bench-json',
      opened(fixture('docker-bench/defectdojo__docker-bench-report-many-vulns.json')),
    );
    const { rules, results } = await everything(scans[0]!);
    expect(rules.find(({ ruleRef }) => ruleRef === '1.1.2')).toMatchObject({
      title: 'Ensure only trusted users are allowed to control Docker daemon (Automated)',
      section: 'Host Configuration',
      severity: 'unknown',
      remediation: expect.stringMatching(/^You should remove any untrusted users/) as string,
    });
    expect(results.find(({ ruleRef }) => ruleRef === '1.1.2')).toMatchObject({
      status: 'skip',
      finding: 'doubtfulusers: jubjubbird',
    });
  });

  it('that does not have all checks that it counted says so', async () => {
    const report = { tests: [{ id: '1', results: [{ id: '1.1', result: 'PASS' }] }], checks: 117 };
    const { scans } = await readBenchmark('docker-bench-json', opened(JSON.stringify(report)));
    expect(scans[0]!.claimed).toMatchObject({ counts: { total: 117 } });
  });

  it.each(['{}', '[]', '{"tests":{}}'])('%s is none', async (text) => {
    await expect(readBenchmark('docker-bench-json', opened(text))).rejects.toMatchObject({
      code: 'benchmarks.unknown-form',
    });
  });
});

describe('docker-bench as it prints', () => {
  // Invented, in the form of version 1.6 with `-p`.
  const text = `# --------------------------------------------------------------------------------------------
# Docker Bench for Security v1.6.0
#
\u001b[1;33m[NOTE]\u001b[0m Initializing
Section A - Check results

\u001b[1;34m[INFO]\u001b[0m 1 - Host Configuration
\u001b[1;34m[INFO]\u001b[0m 1.1 - Linux Hosts Specific Configuration
\u001b[1;31m[WARN]\u001b[0m 1.1.1 - Ensure a separate partition for containers has been created (Automated)
\u001b[1;31m[WARN]\u001b[0m      * /var/lib/docker is not a mount point
     * and another thing
\t * Remediation: For new installations, create a separate partition
\t   for the mount point.
\t * Remediation Impact: None.
\u001b[1;32m[PASS]\u001b[0m 2.14 - Ensure containers are restricted - by default (Automated)
\u001b[1;33m[NOTE]\u001b[0m 5.1 - Ensure swarm mode is not Enabled, if not needed (Automated)
[PASS] C.1.1 - This is an example check

Section C - Score

[INFO] Checks: 117
[INFO] Score: 4
`;

  it('is read without its colours', async () => {
    const { scans } = await readBenchmark('docker-bench-text', opened(text, 100));
    expect(scans).toMatchObject([
      {
        profileTitle: 'Docker Bench for Security 1.6.0',
        counts: { total: 5, passed: 2, warnings: 1, skipped: 2 },
        score: 66.67,
      },
    ]);
    const { rules, results } = await everything(scans[0]!);
    expect(results.map(({ ruleRef, status }) => [ruleRef, status])).toEqual([
      ['1.1', 'skip'],
      ['1.1.1', 'warn'],
      ['2.14', 'pass'],
      ['5.1', 'skip'],
      ['c.1.1', 'pass'],
    ]);
    expect(results[1]).toMatchObject({
      finding: '/var/lib/docker is not a mount point; and another thing',
      remediation: 'For new installations, create a separate partition for the mount point.',
    });
    expect(rules[2]).toMatchObject({
      title: 'Ensure containers are restricted - by default (Automated)',
      section: 'Docker Daemon Configuration',
    });
  });

  it('with Windows’ ends of lines is the same', async () => {
    const { scans } = await readBenchmark('docker-bench-text', opened(text.replaceAll('\n', '\r\n')));
    expect(scans[0]).toMatchObject({ score: 66.67 });
  });

  it('without a check is none', async () => {
    await expect(readBenchmark('docker-bench-text', opened('Docker Bench for Security'))).rejects.toMatchObject({
      code: 'benchmarks.unknown-form',
    });
  });
});
