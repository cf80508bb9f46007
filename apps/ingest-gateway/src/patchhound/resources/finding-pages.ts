/** The page about a vulnerability by the beginning of its id (`wire/patchhound.md` §5); the first reference where none is known. */
export function linkOf(id: string, references: readonly string[]): string {
  const page = pages.find(({ prefix }) => id.startsWith(prefix));
  return page === undefined ? (references[0] ?? '') : `${page.address}${encodeURIComponent(id)}`;
}

const pages = [
  { prefix: 'GHSA-', address: 'https://github.com/advisories/' },
  { prefix: 'CVE-', address: 'https://nvd.nist.gov/vuln/detail/' },
  { prefix: 'PYSEC-', address: 'https://osv.dev/vulnerability/' },
  { prefix: 'RUSTSEC-', address: 'https://rustsec.org/advisories/' },
  { prefix: 'OSV-', address: 'https://osv.dev/vulnerability/' },
  { prefix: 'GO-', address: 'https://pkg.go.dev/vuln/' },
] as const;
