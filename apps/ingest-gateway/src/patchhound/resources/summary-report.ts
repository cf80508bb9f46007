import type { NativeFinding, NativeNewFinding, NativePackage, NativeReport } from './native-report.js';
import { linkOf } from './finding-pages.js';
import { entryOf, kevEntryOf, placeOf, type SummaryEntry, sourceOf, sources } from './summary-entries.js';

/** PatchHound's summary of a scan (`wire/patchhound.md` §5). */
export interface SummaryReport {
  readonly rescan_timestamp: string | null;
  readonly repo_name: string;
  readonly packages: readonly object[];
  readonly vulnerabilities: readonly object[];
  readonly kev_vulnerabilities: readonly object[];
  readonly exclusions: readonly object[];
  readonly counters: SummaryCounters;
  readonly tool_version: object;
  readonly ruleset: object;
  readonly new_vulnerabilities: readonly object[];
  readonly new_kev_vulnerabilities: readonly object[];
}

export type SummaryCounters = Readonly<Record<(typeof counterNames)[number], number>>;

const counterNames = [
  'package_counter',
  'kev_vuln_counter',
  'excluded_kev_vuln_counter',
  'excluded_vuln_counter',
  'excluded_misconf_counter',
  'excluded_exposed_secret_counter',
  'vuln_counter',
  'misconf_counter',
  'exposed_secret_counter',
  'new_vulnerabilities_counter',
  'new_kev_vulnerabilities_counter',
] as const;

/** Tools that a client may not have run, as it says so. */
const skipWords: Readonly<Record<string, string>> = { semgrep: 'SAST_SCAN=false', trivy: 'TRIVY_SCAN=false' };

interface Merged {
  readonly entry: SummaryEntry;
  readonly places: object[];
  readonly exception: NativeFinding['exception'];
}

/** The same report gives the same summary, to the byte. */
export function summaryOf(report: NativeReport, repoName: string): SummaryReport {
  const all = merged(report.findings);
  const open = all.filter(({ exception }) => exception === null).map(asEntry);
  const excluded = all.filter(({ exception }) => exception !== null);
  const newOnes = report.newFindings.map(asNew);
  const newKev = report.newKevFindings.map(asNew);
  return {
    rescan_timestamp: report.dates.rescanned,
    repo_name: repoName,
    packages: report.packages.map(asPackage),
    vulnerabilities: [...open.filter(({ type }) => type !== 'kev'), ...skipMarkers(report.skipped)],
    kev_vulnerabilities: open.filter(({ type }) => type === 'kev'),
    exclusions: excluded.map(asExcluded),
    counters: countersOf(all, report, newOnes.length, newKev.length),
    tool_version: toolVersionsOf(report),
    ruleset: { semgrep: report.rulesets['semgrep'] ?? [] },
    new_vulnerabilities: newOnes,
    new_kev_vulnerabilities: newKev,
  };
}

/**
 * One entry for each id, the first source's: PatchHound's own rule. Every further place of it is named beside, so that no
 * affected package is lost. One that counts anywhere counts: an exclusion for one component leaves the others open.
 */
function merged(findings: readonly NativeFinding[]): Merged[] {
  const byId = new Map<string, Merged>();
  const bySource = Map.groupBy(findings, (finding) => sourceOf(finding));
  const claim = (entry: SummaryEntry, finding: NativeFinding): void => {
    const known = byId.get(entry.id);
    const places = [...(known?.places ?? []), placeOf(finding)];
    const isOpen = known !== undefined && (known.exception === null || finding.exception === null);
    const exception = known === undefined || !isOpen ? finding.exception : null;
    byId.set(entry.id, { entry: known?.entry ?? entry, places, exception });
  };
  for (const finding of bySource.get('grype') ?? []) claim(entryOf('grype', finding), finding);
  for (const finding of bySource.get('trivy_vulnerability') ?? []) {
    if (finding.kev !== null) claim(kevEntryOf(finding), finding);
  }
  for (const source of sources.slice(1)) {
    for (const finding of bySource.get(source) ?? []) {
      if (source === 'trivy_vulnerability' && finding.kev !== null) continue;
      claim(entryOf(source, finding), finding);
    }
  }
  return [...byId.values()];
}

function asEntry({ entry, places }: Merged): SummaryEntry {
  return places.length > 1 ? { ...entry, affected: places } : entry;
}

function asExcluded(each: Merged): object {
  const { scopeNote, publicComment, privateComment } = each.exception!;
  return {
    ...asEntry(each),
    scope: scopeNote ?? '',
    public_comment: publicComment ?? '',
    private_comment: privateComment ?? '',
  };
}

function skipMarkers(skipped: readonly string[]): object[] {
  return skipped.flatMap((tool) => {
    const reason = skipWords[tool];
    return reason === undefined ? [] : [{ source: tool, status: 'scan skipped', reason }];
  });
}

/** Totals hold what is excluded too. */
function countersOf(
  all: readonly Merged[],
  { packages }: NativeReport,
  newOnes: number,
  newKev: number,
): SummaryCounters {
  const count = (matches: (entry: SummaryEntry) => boolean, onlyExcluded = false): number =>
    all.filter(({ entry, exception }) => matches(entry) && (!onlyExcluded || exception !== null)).length;
  const isVulnerability = ({ type }: SummaryEntry): boolean => type === 'vulnerability' || type === 'vuln';
  const isKev = (entry: SummaryEntry): boolean => entry['kev_priority'] !== undefined;
  const isMisconfiguration = ({ type }: SummaryEntry): boolean => type === 'misconfiguration';
  const isSecret = ({ type }: SummaryEntry): boolean => type === 'secret';
  return {
    package_counter: packages.length,
    kev_vuln_counter: count(isKev),
    excluded_kev_vuln_counter: count(isKev, true),
    excluded_vuln_counter: count(isVulnerability, true),
    excluded_misconf_counter: count(isMisconfiguration, true),
    excluded_exposed_secret_counter: count(isSecret, true),
    vuln_counter: count(isVulnerability),
    misconf_counter: count(isMisconfiguration),
    exposed_secret_counter: count(isSecret),
    new_vulnerabilities_counter: newOnes,
    new_kev_vulnerabilities_counter: newKev,
  };
}

function toolVersionsOf({ toolVersions, engines }: NativeReport): object {
  const engine = engines.find(({ name }) => name === 'assay-osv');
  return {
    syft_version: toolVersions['syft'] ?? '',
    semgrep_version: toolVersions['semgrep'] ?? '',
    trivy_version: toolVersions['trivy'] ?? '',
    // Neither tool runs here; their places hold what does their work.
    grype_version: engine === undefined ? '' : `${engine.name} ${engine.version}`,
    cosign_version: 'compatible with 2.5.3',
    patchhound_version: '0.1.48',
  };
}

function asPackage(each: NativePackage): object {
  return {
    source: 'syft',
    id: each.id ?? '',
    name: each.name,
    version: each.version,
    type: each.type,
    purl: each.purl ?? '',
    cpe: each.cpe ?? '',
    package_type: each.packageType ?? '',
    language: each.language ?? '',
    metadata_type: each.metadataType ?? '',
    found_by: each.foundBy ?? '',
    locations: each.locations,
  };
}

function asNew({ id, severity, title, component, foundAt, kev }: NativeNewFinding): object {
  return {
    source: kev === null ? 'grype' : 'kev',
    id,
    type: 'vulnerability',
    description: title,
    severity,
    package: component?.name ?? '',
    version: component?.version ?? '',
    link: linkOf(id, []),
    vuln_found_timestamp: foundAt ?? '',
  };
}
