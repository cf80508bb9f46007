import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureBytes, fixtureLines } from '../../test/support/fixtures.js';
import { npmMatches, settledMatches } from '../../test/support/ground-truth.js';
import { idsMatching, readSeed, type AdvisoryIndex } from '../../test/support/seed-advisories.js';
import { readSbom } from '../sboms/read-sbom.js';
import { canonicalPackageName } from './package-key.js';

async function matchesOf(sbom: string, index: AdvisoryIndex): Promise<string[]> {
  const found = new Set<string>();
  await readSbom(fixtureBytes(sbom), (components) => {
    for (const { purl, identity } of components) {
      for (const id of identity === null ? [] : idsMatching(index, identity)) found.add(`${purl} ${id}`);
    }
  });
  return [...found].toSorted();
}

const isNpm = (file: string): boolean => file.includes('npm');

describe('against the feeds of Go, PyPI, crates.io, Bitnami and AlmaLinux', () => {
  let index: AdvisoryIndex;
  let tally: Record<string, number>;
  beforeAll(async () => {
    ({ index, tally } = await readSeed((file) => !isNpm(file)));
  });

  it('every record of the feeds is read, and bug fixes of AlmaLinux are no vulnerabilities', () => {
    expect(tally).toEqual({
      'almalinux: advisory': 3840,
      'almalinux: not-a-vulnerability': 1198,
      'bitnami: advisory': 6805,
      'crates.io: advisory': 1112,
      'go: advisory': 3121,
      'pypi: advisory': 2610,
    });
  });

  const expectations = settledMatches();

  it.each(expectations)('%s has the matches of the reference matcher', async (sbom, expected) => {
    expect(await matchesOf(sbom, index)).toEqual(expected);
  });

  it('compares as many SBOMs as we think', () => {
    expect(expectations.length).toBeGreaterThanOrEqual(35);
    expect(expectations.flatMap(([, matches]) => matches).length).toBeGreaterThan(1_500);
  });

  it('says what the OSV.dev API says, of what the feeds hold', () => {
    interface Row {
      readonly query: {
        readonly package: { readonly ecosystem: string; readonly name: string };
        readonly version: string;
      };
      readonly expected_with_public_feed: readonly string[];
      readonly feed_newer_extra: readonly string[];
    }
    const rows = fixtureLines<Row>('ground-truth/osv-api-verdicts.jsonl.gz');
    const wrong = rows.filter(({ query, expected_with_public_feed: expected, feed_newer_extra: newer }) => {
      const { ecosystem, name } = query.package;
      const found = idsMatching(index, {
        ecosystem,
        name: canonicalPackageName(ecosystem, name),
        version: query.version,
      });
      return (
        expected.some((id) => !found.includes(id)) || found.some((id) => !expected.includes(id) && !newer.includes(id))
      );
    });
    expect(rows).toHaveLength(48);
    expect(wrong).toEqual([]);
  });

  it('says what people at Anchore say, of what the feeds can decide', () => {
    interface Label {
      readonly ecosystem: string;
      readonly package: string;
      readonly version: string;
      readonly advisory: string;
      readonly in_affected_range: boolean;
    }
    const labels = fixtureLines<Label>('ground-truth/labels-joined-to-osv.jsonl.gz');
    const wrong = labels.filter((label) => {
      const name = canonicalPackageName(label.ecosystem, label.package);
      const found = idsMatching(index, { ecosystem: label.ecosystem, name, version: label.version });
      return found.includes(label.advisory) !== label.in_affected_range;
    });
    expect(labels).toHaveLength(137);
    expect(wrong).toEqual([]);
  });
});

describe('against the npm advisories', () => {
  it.each(npmMatches())('%s has exactly the matches of node-semver', async (sbom, expected) => {
    const { index } = await readSeed(isNpm);
    expect(await matchesOf(sbom, index)).toEqual(expected);
  });
});
