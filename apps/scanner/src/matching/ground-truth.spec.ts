import { beforeAll, describe, expect, it } from 'vitest';
import { fixtureBytes, fixtureLines } from '../../test/support/fixtures.js';
import { idsMatching, readSeed, type AdvisoryIndex } from '../../test/support/seed-advisories.js';
import { readSbom } from '../sboms/read-sbom.js';
import { canonicalPackageName } from './package-key.js';

interface ExpectedMatch {
  readonly sbom: string;
  readonly purl: string;
  readonly advisory: string;
}

/** A difference to the reference matcher that was settled by reading the advisory and the purl: we are right. */
interface Erratum {
  readonly sbom: string;
  readonly why: string;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

const consul = 'pkg:golang/github.com/hashicorp/consul@v1.12.0#api';
const redis = 'pkg:bitnami/redis@7.4.0-0?arch=arm64&distro=debian-12';

const errata: readonly Erratum[] = [
  {
    sbom: 'sboms/cyclonedx-json/trustify__example_upstream.json.gz',
    why: 'the subpath of a Go purl is part of the module: the advisories are about consul itself, not consul/api',
    missing: [
      'GO-2022-1029',
      'GO-2023-1827',
      'GO-2024-2683',
      'GO-2024-3241',
      'GO-2024-3242',
      'GO-2024-3243',
      'GO-2025-4081',
      'GO-2025-4082',
      'GO-2026-4690',
    ].map((id) => `${consul} ${id}`),
    extra: ['pkg:golang/github.com/containers/image@v5.22.0#v5 GO-2024-2842'],
  },
  {
    sbom: 'sboms/cyclonedx-json/trustify__B67E38F00200413.json.gz',
    why: 'the subpath `v3` makes the module go-jose/v3, which has an advisory of its own',
    missing: [],
    extra: ['pkg:golang/github.com/go-jose/go-jose@v3.0.3#v3 GO-2026-4945'],
  },
  ...[
    ['grafana_grafana', 'pkg:golang/github.com/azure/azure-sdk-for-go/sdk/azidentity@v0.13.2 GO-2024-2918'],
    ['hashicorp_terraform', 'pkg:golang/github.com/masterminds/goutils@v1.1.0 GO-2022-0411'],
    ['rancher_shell', 'pkg:golang/github.com/masterminds/vcs@v1.13.1 GO-2022-0414'],
  ].map(([image, match]) => ({
    sbom: `sboms/containers/${image}/trivy.spdx.json.gz`,
    why: 'trivy lowered the path (`github.com/Azure/…`, `github.com/Masterminds/…`), and it is the same module all the same',
    missing: [],
    extra: [match!],
  })),
  {
    sbom: 'sboms/spdx-json/syft__.spdx-redis.spdx',
    why: '`7.4.0-0` is revision 0 of 7.4.0, not a pre-release of it, so ranges that begin with 7.4.0 hold it',
    missing: [],
    extra: ['BIT-redis-2024-46981', 'BIT-redis-2024-51741', 'BIT-redis-2025-32023', 'BIT-redis-2025-48367'].map(
      (id) => `${redis} ${id}`,
    ),
  },
];

async function matchesOf(sbom: string, index: AdvisoryIndex): Promise<string[]> {
  const found = new Set<string>();
  await readSbom(fixtureBytes(sbom), (components) => {
    for (const { purl, identity } of components) {
      for (const id of identity === null ? [] : idsMatching(index, identity)) found.add(`${purl} ${id}`);
    }
  });
  return [...found].toSorted();
}

function bySbom(file: string): [string, string[]][] {
  const expected = new Map<string, Set<string>>();
  for (const { sbom, purl, advisory } of fixtureLines<ExpectedMatch>(file)) {
    expected.set(sbom, (expected.get(sbom) ?? new Set()).add(`${purl} ${advisory}`));
  }
  return [...expected].map(([sbom, matches]) => [sbom, [...matches].toSorted()]);
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

  const expectations = bySbom('ground-truth/reference-matches.jsonl.gz');

  it.each(expectations)('%s has the matches of the reference matcher', async (sbom, reference) => {
    const erratum = errata.find((each) => each.sbom === sbom);
    const expected = reference.filter((match) => !erratum?.missing.includes(match));
    expect(await matchesOf(sbom, index)).toEqual([...expected, ...(erratum?.extra ?? [])].toSorted());
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
  it.each(bySbom('ground-truth/npm-expected.jsonl.gz'))(
    '%s has exactly the matches of node-semver',
    async (sbom, expected) => {
      const { index } = await readSeed(isNpm);
      expect(await matchesOf(sbom, index)).toEqual(expected);
    },
  );
});
