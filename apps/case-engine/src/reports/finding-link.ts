import type { ReportedFinding } from './run-report.js';

/** Where people read about an id, by what it begins with; RustSec and Go have pages of their own, OSV one for everything else. */
const pages: readonly (readonly [RegExp, (id: string) => string])[] = [
  [/^CVE-/i, (id) => `https://nvd.nist.gov/vuln/detail/${id}`],
  [/^GHSA-/i, (id) => `https://github.com/advisories/${id}`],
  [/^RUSTSEC-/i, (id) => `https://rustsec.org/advisories/${id}.html`],
  [/^GO-\d/i, (id) => `https://pkg.go.dev/vuln/${id}`],
  [/^(PYSEC|OSV|MAL|DSA|DLA|USN|RHSA|ALSA|RLSA)-/i, (id) => `https://osv.dev/vulnerability/${id}`],
];

/** The page about a finding: of its id, else the first address that its engine named; null if there is none. */
export function linkOf({
  id,
  references,
}: Pick<ReportedFinding, 'id'> & Partial<Pick<ReportedFinding, 'references'>>): string | null {
  const page = /^[\w.:-]+$/.test(id) ? pages.find(([prefix]) => prefix.test(id)) : undefined;
  return page?.[1](id) ?? references?.find((each) => /^https?:\/\//i.test(each)) ?? null;
}
