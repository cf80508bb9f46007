import { isAtLeast } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOfPurl } from '../src/matching/component-place.js';
import { fixtureText } from './support/fixtures.js';
import { npmMatches, settledMatches } from './support/ground-truth.js';
import { RunningScanner } from './support/running-scanner.js';

let scanner: RunningScanner;
let groups: ReadonlyMap<string, string>;

beforeAll(async () => {
  scanner = await RunningScanner.withAdvisories();
  const rows = await scanner.transactions.runAcrossTenants((tx) =>
    tx.query<{ id: string; group_id: string }>('select id, group_id from vulnerability_ids'),
  );
  groups = new Map(rows.map((row) => [row.id, row.group_id]));
});
afterAll(() => scanner.stop());

/** What advisories say is one finding per place and flaw: `place group`. */
function asFindings(matches: readonly string[]): string[] {
  const places = matches.map((match) => {
    const space = match.lastIndexOf(' ');
    return `${placeOfPurl(match.slice(0, space))} ${groups.get(match.slice(space + 1))}`;
  });
  return [...new Set(places)].toSorted();
}

async function findingsOf(sbom: string): Promise<string[]> {
  const { findings } = await scanner.findingsOf(Buffer.from(fixtureText(sbom)));
  return findings.map(({ component, group }) => `${placeOfPurl(component?.purl ?? '')} ${group}`).toSorted();
}

/** The reference matcher knew nothing of npm; of its SBOMs those without npm packages are compared whole. */
const reference = settledMatches();

describe('the findings of real SBOMs through the real service', () => {
  it.each(reference)('%s has what the reference matcher found', async (sbom, matches) => {
    const found = (await findingsOf(sbom)).filter((finding) => !finding.startsWith('pkg:npm/'));
    expect(found).toEqual(asFindings(matches));
  });

  it.each(npmMatches())('%s has what node-semver found', async (sbom, matches) => {
    expect(await findingsOf(sbom)).toEqual(asFindings(matches));
  });

  it('are ordered worst first, known by their CVE, marked if exploited, and countable', async () => {
    const sbom = Buffer.from(fixtureText('sboms/containers/grafana_grafana/trivy.spdx.json.gz'));
    const { findings, entries, components, engines } = await scanner.findingsOf(sbom);
    expect(findings.every((finding, at) => at === 0 || isAtLeast(findings[at - 1]!.severity, finding.severity))).toBe(
      true,
    );
    expect(
      findings
        .filter(({ aliases }) => aliases.some((id) => id.startsWith('CVE-')))
        .map((finding) => finding.vulnerabilityId),
    ).toSatisfy((ids: string[]) => ids.every((id) => id.startsWith('CVE-')));
    expect(Object.values(entries).reduce((sum, count) => sum + count)).toBe(findings.length);
    expect(components).toBeGreaterThan(100);
    expect(engines).toEqual([
      {
        name: 'assay-osv',
        version: expect.stringMatching(/^\d/),
        data: {
          osv: expect.stringMatching(/^sha256:/),
          kev: expect.stringMatching(/^sha256:/),
          kevVersion: '2025.05.22',
          kevReleased: '2025-05-22T17:00:28.7785Z',
          epss: expect.stringMatching(/^sha256:/),
          epssDate: '2026-06-21',
        },
      },
    ]);
  });
});
