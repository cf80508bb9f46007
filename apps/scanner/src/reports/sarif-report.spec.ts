import { describe, expect, it } from 'vitest';
import { readingOf, readingOfDocument } from '../../test/support/reports.js';
import type { FindingDraft } from './finding-draft.js';
import { kindOfResult } from './sarif-findings.js';

const run = (driver: object, ...results: object[]) => ({ tool: { driver: { name: 'X', ...driver } }, results });
const sarif = (...runs: object[]) => ({ version: '2.1.0', runs });
const findingsOf = async (document: object): Promise<readonly FindingDraft[]> =>
  (await readingOfDocument('sarif', document)).findings;

describe('a SARIF report', () => {
  it.each([
    ['codeQL-output.sarif.gz', 72, 'CodeQL', 'sast'],
    ['chainloop__report.sarif', 9, 'tfsec', 'misconfiguration'],
    ['gitleaks_7.5.0.sarif', 8, 'Gitleaks', 'secret'],
    ['issue_10191.json.gz', 77, 'Semgrep OSS', 'sast'],
    ['njsscan.sarif', 2, 'nodejsscan', 'sast'],
    ['rookery__gosec.sarif.json', 1, 'gosec', 'sast'],
    ['snapshot_osv-scanner.sarif', 1, 'osv-scanner', 'vulnerability'],
    ['appendix_k3.sarif', 1, 'BinaryScanner', 'sast'],
  ])('%s has %i results of %s, each of kind %s', async (name, count, target, kind) => {
    const { summary, findings } = await readingOf('sarif', name);
    expect(summary.target).toBe(target);
    expect(findings.map((finding) => finding.kind)).toEqual(Array.from({ length: count }, () => kind));
    expect(new Set(findings.map(({ engine }) => engine))).toEqual(new Set([target.toLowerCase()]));
  });

  it('gives what its rule says, also where the rules stand behind the results', async () => {
    const { findings } = await readingOf('sarif', 'rookery__gosec.sarif.json');
    expect(findings).toMatchObject([
      { ruleId: 'G404', severity: 'high', location: { line: expect.any(Number) as number }, engine: 'gosec' },
    ]);
    const rules = [{ id: 'R', shortDescription: { text: 'T' }, properties: { 'security-severity': '9.8' } }];
    const late = { results: [{ ruleId: 'R', message: { text: 'm' } }], tool: { driver: { name: 'X', rules } } };
    expect(await findingsOf(sarif(late))).toMatchObject([{ title: 'T', severity: 'critical', score: 9.8 }]);
  });

  it('takes the severity from the rule’s score or word, else from the level', async () => {
    const rules = [
      { id: 'word', properties: { 'security-severity': 'MEDIUM' } },
      { id: 'level', defaultConfiguration: { level: 'note' } },
      { id: 'none' },
    ];
    const results = ['word', 'level', 'none', 'unknown'].map((ruleId) => ({ ruleId }));
    const found = await findingsOf(
      sarif(run({ rules }, ...results, { ruleIndex: 1 }, { ruleId: 'level/sub', level: 'error' })),
    );
    expect(found.map(({ severity }) => severity)).toEqual(['medium', 'low', 'medium', 'medium', 'low', 'high']);
  });

  it('leaves out what was suppressed, unless the suppression is under review, and says so', async () => {
    for (const [name, left] of [
      ['SuppressionTestCurrent.sarif', 1],
      ['suppression_test.sarif', 2],
    ] as const) {
      const { summary, findings } = await readingOf('sarif', name);
      expect([findings.length, summary.warnings]).toEqual([left, ['3 results were suppressed in the tool itself']]);
    }
  });

  it('leaves out what passed, does not apply or is gone', async () => {
    const kinds = ['pass', 'notApplicable', 'informational', 'fail', 'review', 'open'];
    const results = kinds.map((kind) => ({ ruleId: kind, kind }));
    const found = await findingsOf(sarif(run({}, ...results, { ruleId: 'gone', baselineState: 'absent' })));
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['fail', 'review', 'open']);
  });

  it('of several tools names them all, and each finding its own', async () => {
    const { summary, findings } = await readingOf('sarif', 'chainloop__checkmarx-multi-run.sarif');
    expect(summary.target).toBe('Checkmarx One + some-other-tool');
    expect(findings.map(({ engine }) => engine)).toEqual(['checkmarx one', 'some-other-tool']);
    expect(findings[0]).toMatchObject({ severity: 'high', score: 8 });
    expect((await readingOf('sarif', 'no_runs.sarif')).findings).toEqual([]);
  });

  it('takes a mark that survives edits for the place, nested ones too', async () => {
    const { findings } = await readingOf('sarif', 'codeQL-output.sarif.gz');
    expect(findings[0]?.place).toBe(`${findings[0]?.location?.file}#9cbc869fbfffeb60:1`);
    const nested = (await readingOf('sarif', 'blackduck_nested_fingerprints.sarif')).findings[0];
    expect(nested).toMatchObject({ vulnerabilityId: 'CVE-2020-11022', fingerprint: 'a'.repeat(64) });
  });

  it('finds the package in the words of osv-scanner, trivy and grype', async () => {
    const { findings } = await readingOf('sarif', 'snapshot_osv-scanner.sarif');
    expect(findings).toMatchObject([
      { vulnerabilityId: 'CVE-2021-23424', aliases: ['GHSA-whgm-jr23-g3j9'], place: 'pkg:npm/ansi-html@0.0.1' },
    ]);
    const trivy = {
      ruleId: 'CVE-2019-14697',
      message: {
        text: 'Package: musl\nInstalled Version: 1.1.20-r4\nVulnerability CVE-2019-14697\nSeverity: CRITICAL\nFixed Version: 1.1.20-r5\nLink: [x](y)',
      },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'library/alpine' } } }],
    };
    const rules = [
      { id: 'CVE-2021-1234-libfoo', properties: { purls: ['pkg:deb/debian/libfoo@1.0?distro=debian-12'] } },
    ];
    const text = 'A high vulnerability in deb package: libfoo, version 1.0 was found at: /var/lib/dpkg/status';
    const found = await findingsOf(sarif(run({ rules }, trivy, { ruleId: 'CVE-2021-1234-libfoo', message: { text } })));
    expect(found.map(({ vulnerabilityId, place }) => `${vulnerabilityId} ${place}`)).toEqual([
      'CVE-2021-1234 pkg:deb/debian/libfoo@1.0',
      'CVE-2019-14697 library/alpine#musl@1.1.20-r4',
    ]);
    expect(found[1]?.component?.fixedVersion).toBe('1.1.20-r5');
  });

  it('keeps of a secret neither the message nor what trivy puts into its rule', async () => {
    const rules = [
      {
        id: 'aws',
        name: 'Secret',
        properties: { tags: ['secret'] },
        fullDescription: { text: 'KEY=hunter2' },
        help: { text: 'hunter2' },
      },
    ];
    const found = await findingsOf(sarif(run({ rules }, { ruleId: 'aws', message: { text: 'Match: hunter2' } })));
    expect(found).toMatchObject([{ kind: 'secret', ruleId: 'aws', severity: 'medium' }]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(JSON.stringify((await readingOf('sarif', 'gitleaks_7.5.0.sarif')).findings)).not.toContain(
      'AKIAIOSFODNN7EXAMPLE',
    );
  });

  it.each([
    ['CVE-2021-44228', [], 'whatever', 'vulnerability'],
    ['GHSA-jfh8-c2jp-5v3q', ['secret'], 'x', 'vulnerability'],
    ['AVD-DS-0002', ['misconfiguration'], 'Trivy', 'misconfiguration'],
    ['generic-api-key', [], 'gitleaks', 'secret'],
    ['CKV_AWS_1', [], 'Checkov', 'misconfiguration'],
    ['js/xss', ['security'], 'CodeQL', 'sast'],
  ] as const)('a result of %s with tags %j from %s is of kind %s', (ruleId, tags, driver, kind) => {
    expect(kindOfResult(ruleId, tags, driver)).toBe(kind);
  });

  it.each([
    [{ version: '2.1.0', runs: 7 }, /\$\.runs: must be an array, is number/],
    [sarif({ tool: [] }), /\$\.runs\[0\]\.tool: must be an object, is array/],
    [sarif({ results: [7] }), /\$\.runs\[0\]\.results\[0\]: must be an object, is a number/],
    [sarif({}, { results: [{ locations: {} }] }), /\$\.runs\[1\]\.results\[0\]\.locations: must be an array/],
    [{ version: '2.0.0' }, /\$: is no report of sarif/],
  ])('%j is refused', async (document, message) => {
    await expect(readingOfDocument('sarif', document)).rejects.toThrow(message);
  });
});
