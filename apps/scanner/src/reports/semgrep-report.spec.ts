import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';

describe('a semgrep report', () => {
  it('gives results by check, path and fingerprint, as PatchHound’s exceptions name them', async () => {
    const { summary, findings } = await readingOf('semgrep', 'fingerprint_test.json');
    expect(summary).toMatchObject({ toolVersion: '1.100.0', entries: { high: 1, medium: 1 } });
    expect(findings[0]).toMatchObject({
      kind: 'sast',
      ruleId: expect.stringMatching(/\.dangerous-subprocess-use-tainted-env-args$/) as string,
      severity: 'high',
      location: { file: 'sample/brute.py', line: 31 },
      fingerprint: 'requires login',
      place: 'sample/brute.py',
      references: expect.arrayContaining(['https://docs.python.org/3/library/subprocess.html']) as string[],
    });
  });

  it('places a result by its fingerprint, which survives edits, and suggests its fix', async () => {
    const result = {
      check_id: 'r',
      path: 'a.py',
      start: { line: 3 },
      extra: { severity: 'INFO', fingerprint: 'f00_0', fix: 'x()' },
    };
    const { findings } = await readingOfDocument('semgrep', { results: [result], errors: [] });
    expect(findings).toMatchObject([{ place: 'a.py#f00_0', severity: 'low', remediation: 'x()' }]);
  });

  it('leaves out what somebody suppressed, and says so', async () => {
    const result = { check_id: 'r', path: 'a.py', extra: { severity: 'CRITICAL', is_ignored: true } };
    const { findings, summary } = await readingOfDocument('semgrep', { results: [result], errors: [] });
    expect([findings, summary.entries.critical]).toEqual([[], 1]);
    expect(summary.warnings).toEqual(['1 results were suppressed in semgrep itself']);
  });

  it('is recognised where PatchHound switched SAST off, and says so', async () => {
    const { summary, findings } = await readingOfDocument('semgrep', { SAST_SCAN: false, results: [] });
    expect([findings, summary.warnings]).toEqual([[], ['semgrep was switched off: SAST_SCAN is false']]);
  });

  it('gives findings and dependencies of semgrep’s platform', async () => {
    const pro = await readingOf('semgrep', 'pro_one_vuln.json');
    expect(pro.findings).toMatchObject([
      {
        ruleId: 'typescript.react.security.audit.react-no-refs.react-no-refs',
        severity: 'medium',
        location: { file: 'frontend/src/corpComponents/Code.tsx', line: 120 },
      },
    ]);
    const chain = await readingOf('semgrep', 'sca-deployments-vulns.json.gz');
    expect(chain.findings).toHaveLength(22);
    expect(chain.findings[0]).toMatchObject({
      kind: 'vulnerability',
      vulnerabilityId: 'CVE-2023-1428',
      component: { purl: 'pkg:pypi/grpcio@1.47.0', name: 'grpcio', version: '1.47.0', fixedVersion: '1.53.0' },
      location: { file: 'requirements3.txt', line: 222 },
    });
  });

  it.each(['empty.json', 'one_finding.json', 'many_findings.json', 'repeated_findings.json', 'cwe_list.json'])(
    '%s is read',
    async (name) => {
      const { findings } = await readingOf('semgrep', name);
      expect(findings.every(({ location, ruleId }) => location !== null && ruleId !== null)).toBe(true);
    },
  );

  it.each([
    [{ results: {}, errors: [] }, /\$\.results: must be an array, is object/],
    [{ results: [{ check_id: 'r', extra: 7 }] }, /\$\.results\[0\]\.extra: must be an object, is a number/],
    [{ findings: [null] }, /\$\.findings\[0\]: must be an object, is null/],
    [{}, /\$: is no report of semgrep/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('semgrep', document)).rejects.toThrow(message);
  });
});
