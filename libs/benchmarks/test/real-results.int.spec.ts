import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ReadScan, readBenchmark } from '../src/index.js';
import { everything, fixture, opened } from './bytes.js';

interface Expected {
  readonly profile: string;
  readonly target: string;
  readonly start: string;
  readonly end: string;
  readonly score: number;
  readonly rule_results: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failed: readonly string[];
}

const expectations = JSON.parse(fixture('oscap/EXPECTED.json').toString()) as Record<string, Expected>;
const files = readdirSync(new URL('../../../test/fixtures/compliance/oscap/', import.meta.url)).filter((file) =>
  file.endsWith('.xml.gz'),
);

/** XCCDF's words by what we call them. */
function ownCounts(counts: Expected['counts']): object {
  const of = (...words: string[]) => words.reduce((sum, word) => sum + (counts[word] ?? 0), 0);
  return {
    total: Object.values(counts).reduce((sum, each) => sum + each, 0),
    passed: of('pass'),
    failed: of('fail'),
    errors: of('error'),
    warnings: of('informational'),
    skipped: of('notselected', 'notchecked', 'unknown', 'fixed'),
    notApplicable: of('notapplicable'),
  };
}

describe('what oscap really wrote', () => {
  it('is here', () => expect(files.length).toBe(12));

  it.each(files)('%s has the counts, failed rules and score that are expected of it', async (file) => {
    const expected = expectations[file.split('.')[0]!]!;
    const form = file.includes('.arf.') ? 'arf' : 'xccdf';
    const document = await readBenchmark(form, opened(fixture(`oscap/${file}`)));
    expect(document).toMatchObject({ form, host: { hostname: expected.target } });
    const scan = document.scans[0] as ReadScan;
    expect(scan).toMatchObject({
      profileName: expected.profile,
      startedAt: new Date(expected.start).toISOString(),
      completedAt: new Date(expected.end).toISOString(),
      counts: ownCounts(expected.counts),
    });
    expect(scan.xccdfScore).toBeCloseTo(expected.score, 2);
    const { rules, results } = await everything(scan);
    expect([rules.length, results.length]).toEqual([expected.rule_results, expected.rule_results]);
    const failed = results.filter(({ status }) => status === 'fail').map(({ ruleRef }) => ruleRef);
    expect(failed.toSorted()).toEqual(expected.failed.toSorted());
    const texts = rules.filter(({ title, ruleRef, section }) => title !== ruleRef && section !== null);
    expect(texts).toHaveLength(rules.length);
    expect(rules.filter(({ references }) => references.length > 0).length).toBeGreaterThan(250);
    expect(rules.filter(({ remediation }) => remediation !== null).length).toBeGreaterThan(100);
  });

  it('tells the same in an asset report collection as in the results themselves', async () => {
    const name = 'deb11-db-01-standard-065';
    const [arf, results] = await Promise.all([
      readBenchmark('arf', opened(fixture(`oscap/${name}.arf.xml.gz`))),
      readBenchmark('xccdf', opened(fixture(`oscap/${name}.xccdf-results.xml.gz`))),
    ]);
    expect(JSON.stringify(arf.scans)).toBe(JSON.stringify(results.scans));
    expect((await everything(arf.scans[0]!)).results).toEqual((await everything(results.scans[0]!)).results);
  });

  it.each([
    ['defectdojo__many_vuln_rhsa.xml.gz', { passed: 2904, failed: 31 }, 98.94],
    ['rookery__almalinux9-standard-results.xml.gz', { passed: 14, failed: 1, notApplicable: 24 }, 93.75],
  ])('%s from elsewhere is read too', async (file, counts, xccdfScore) => {
    const { scans } = await readBenchmark('xccdf', opened(fixture(`from-repos/${file}`)));
    expect(scans).toMatchObject([{ counts, xccdfScore }]);
  });
});
