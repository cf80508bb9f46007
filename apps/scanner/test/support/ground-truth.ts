import { fixtureLines } from './fixtures.js';

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

/** What the reference matcher found in each SBOM as `purl advisory`, with the differences that were settled. */
export function settledMatches(): [sbom: string, matches: string[]][] {
  return bySbom('ground-truth/reference-matches.jsonl.gz').map(([sbom, reference]) => {
    const erratum = errata.find((each) => each.sbom === sbom);
    const kept = reference.filter((match) => !erratum?.missing.includes(match));
    return [sbom, [...kept, ...(erratum?.extra ?? [])].toSorted()];
  });
}

/** What node-semver says of the npm advisories and the generated SBOMs. */
export function npmMatches(): [sbom: string, matches: string[]][] {
  return bySbom('ground-truth/npm-expected.jsonl.gz');
}

function bySbom(file: string): [string, string[]][] {
  const expected = new Map<string, Set<string>>();
  for (const { sbom, purl, advisory } of fixtureLines<ExpectedMatch>(file)) {
    expected.set(sbom, (expected.get(sbom) ?? new Set()).add(`${purl} ${advisory}`));
  }
  return [...expected].map(([sbom, matches]) => [sbom, [...matches].toSorted()]);
}
