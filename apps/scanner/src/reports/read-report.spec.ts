import { describe, expect, it } from 'vitest';
import { documentBytes, fixtureBytes, fixtureNames } from '../../test/support/fixtures.js';
import { reading, readingOfDocument } from '../../test/support/reports.js';
import { readReport } from './read-report.js';
import { reportTools } from './report-readers.js';

/** Reports that say nothing of themselves, or are no JSON. */
const silent = new Set([
  'gitleaks/no_findings.json',
  'semgrep/pro_no_vuln.json',
  'sarif/chainloop__report-control-chars.sarif',
  'trivy/legacy_no_vuln.json',
  'trivy/securecase-counts.json',
]);
const reports = reportTools.flatMap((tool) => fixtureNames(tool).map((name) => ({ tool, path: `${tool}/${name}` })));

describe('a report whose tool nobody named', () => {
  it.each(reports.filter(({ path }) => !silent.has(path)))('$path is recognised', async ({ tool, path }) => {
    expect((await reading(null, fixtureBytes(path))).summary.tool).toBe(tool);
  });

  it.each(fixtureNames('other-reports'))('%s is nobody’s', async (name) => {
    const error = expect.objectContaining({ kind: 'invalid', code: 'scanner.report-not-recognised' }) as Error;
    await expect(reading(null, fixtureBytes(`other-reports/${name}`))).rejects.toEqual(error);
  });

  it.each([{}, [], null, 7, 'trivy', [[]], { results: [] }, { bomFormat: 'CycloneDX', ArtifactName: 'x' }])(
    '%j is nobody’s, and the tools that we read are named',
    async (document) => {
      const named = /is no report of a tool we read: trivy, grype, osv-scanner, semgrep, sarif, gitleaks, npm-audit$/;
      await expect(readingOfDocument(null, document)).rejects.toThrow(named);
    },
  );

  it('may be trivy’s or semgrep’s, switched off by PatchHound', async () => {
    const trivy = await readingOfDocument(null, { TRIVY_SCAN: false, Results: [] });
    expect(trivy.summary).toMatchObject({ tool: 'trivy', warnings: ['trivy was switched off: TRIVY_SCAN is false'] });
    expect((await readingOfDocument(null, { SAST_SCAN: false, results: [] })).summary.tool).toBe('semgrep');
  });
});

describe('a report of a named tool', () => {
  it.each(reports.filter(({ path }) => !silent.has(path)))(
    '$path sent under another name is refused',
    async ({ tool, path }) => {
      const other = tool === 'grype' ? 'semgrep' : 'grype';
      const message = new RegExp(`^\\$: is a report of ${tool}, but was sent as one of ${other}$`);
      await expect(reading(other, fixtureBytes(path))).rejects.toThrow(message);
    },
  );

  it('must be of a tool that is read', async () => {
    const message =
      'There is no reader for reports of "nessus"; there are readers for ' +
      'trivy, grype, osv-scanner, semgrep, sarif, gitleaks, npm-audit.';
    await expect(readingOfDocument('nessus', {})).rejects.toThrow(message);
  });

  it('may be anything for a dialect that takes anything', async () => {
    const source = fixtureBytes('other-reports/xeol__xeol_zero.json');
    const summary = await readReport({ tool: 'trivy', mustBeRecognised: false }, source, () => undefined);
    expect(summary.isRecognised).toBe(false);
  });

  it('of more words than a process can hold has findings all the same, and the first ones have theirs', async () => {
    const extra = { severity: 'ERROR', message: 'm'.repeat(2_000) };
    const results = Array.from({ length: 17_000 }, (_, at) => ({ check_id: 'r', path: `f${at}`, extra }));
    const { findings } = await reading('semgrep', documentBytes({ errors: [], results }, 65_536));
    expect(findings).toHaveLength(17_000);
    expect([findings[0]?.description.length, findings.at(-1)?.description]).toEqual([2_000, '']);
  });

  it('leaves no source open that it did not read', async () => {
    let isClosed = false;
    const source = (async function* () {
      try {
        for (let at = 0; at < 100; at++) yield Buffer.alloc(64 * 1024, ' ');
      } finally {
        isClosed = true;
      }
    })();
    await expect(reading(null, source)).rejects.toThrow('is no report');
    expect(isClosed).toBe(true);
  });
});
