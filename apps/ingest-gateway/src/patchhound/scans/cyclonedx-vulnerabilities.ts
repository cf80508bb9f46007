import type { Finding } from '@assay/contracts';

/** An entry of `vulnerabilities` in CycloneDX 1.6, with what PatchHound's client reads of it. */
export interface CycloneDxVulnerability {
  readonly id: string;
  readonly source: { readonly name: string; readonly url?: string };
  readonly ratings: readonly [Rating];
  readonly description: string;
  readonly recommendation?: string;
  readonly references: readonly { readonly url: string }[];
  readonly advisories: readonly { readonly url: string }[];
  readonly affects: { readonly ref: string }[];
}

interface Rating {
  readonly source: { readonly name: string };
  readonly score?: number;
  readonly severity: Finding['severity'];
  readonly method?: string;
  readonly vector?: string;
}

/** Where people look an id up, by its beginning (`wire/patchhound.md` §5). */
const sources = [
  { prefix: 'GHSA-', name: 'github', page: 'https://github.com/advisories/' },
  { prefix: 'CVE-', name: 'nvd', page: 'https://nvd.nist.gov/vuln/detail/' },
  { prefix: 'PYSEC-', name: 'pypa', page: 'https://osv.dev/vulnerability/' },
  { prefix: 'RUSTSEC-', name: 'rustsec', page: 'https://rustsec.org/advisories/' },
  { prefix: 'GO-', name: 'govulndb', page: 'https://pkg.go.dev/vuln/' },
  { prefix: '', name: 'osv', page: 'https://osv.dev/vulnerability/' },
] as const;

/** Collects findings as CycloneDX has them: one entry for each id, with every component that it affects. */
export class CycloneDxVulnerabilities {
  private readonly entries = new Map<string, CycloneDxVulnerability>();
  private readonly affected = new Map<string, Set<string>>();

  add(finding: Finding): void {
    if (finding.kind !== 'vulnerability') return;
    const { vulnerabilityId: id, component } = finding;
    const ref = component?.purl ?? (component === null ? finding.target : `${component.name}@${component.version}`);
    const known = this.entries.get(id);
    const affected = this.affected.get(id) ?? new Set<string>();
    this.affected.set(id, affected);
    if (known === undefined) this.entries.set(id, entryOf(finding));
    // The same vulnerability may be rated for one package and not for the next: the worst is told, once.
    else if (isWorse(finding, known.ratings[0])) this.entries.set(id, { ...entryOf(finding), affects: known.affects });
    if (affected.has(ref)) return;
    affected.add(ref);
    this.entries.get(id)!.affects.push({ ref });
  }

  values(): IterableIterator<CycloneDxVulnerability> {
    return this.entries.values();
  }
}

function entryOf(finding: Finding): CycloneDxVulnerability {
  const { vulnerabilityId: id, title, description = '', remediation, references = [] } = finding;
  const { name, page } = sources.find(({ prefix }) => id.startsWith(prefix))!;
  const url = `${page}${encodeURIComponent(id)}`;
  const pages = [...new Set([...references.filter(isPage), url])].map((each) => ({ url: each }));
  return {
    id,
    source: { name, url },
    ratings: [ratingOf(finding, name)],
    description: description || title || id,
    ...(remediation !== undefined && { recommendation: remediation }),
    // PatchHound's client looks for pages under `references`, CycloneDX has them under `advisories`.
    references: pages,
    advisories: pages,
    affects: [],
  };
}

function ratingOf({ score, severity, vector }: Finding, name: string): Rating {
  return {
    source: { name },
    ...(score !== null && { score }),
    severity,
    ...(vector !== null && { method: methodOf(vector), vector }),
  };
}

/** The words of CycloneDX 1.6 for CVSS, by the beginning of a vector. */
function methodOf(vector: string): string {
  if (vector.startsWith('CVSS:4')) return 'CVSSv4';
  if (vector.startsWith('CVSS:3.1')) return 'CVSSv31';
  return vector.startsWith('CVSS:3') ? 'CVSSv3' : 'CVSSv2';
}

function isWorse({ score }: Finding, known: Rating): boolean {
  return score !== null && score > (known.score ?? -1);
}

function isPage(url: string): boolean {
  return /^https?:\/\//.test(url);
}
