import type { Severity } from '@assay/kernel';
import { linkOf } from './finding-pages.js';
import type { NativeFinding } from './native-report.js';

/** One entry of a summary report, field by field as PatchHound has it (`wire/patchhound.md` §5). */
export type SummaryEntry = { readonly source: string; readonly id: string; readonly type: string } & Readonly<
  Record<string, unknown>
>;

/** Our engine on SBOMs, which stands where PatchHound has grype. */
const sbomEngine = 'assay-osv';

/** Where a finding comes from in PatchHound's words, in the order in which they are merged; null for what it does not know. */
export function sourceOf({ kind, engines }: Pick<NativeFinding, 'kind' | 'engines'>): Source | null {
  if (kind === 'vulnerability') return engines.includes(sbomEngine) ? 'grype' : 'trivy_vulnerability';
  if (kind === 'sast') return 'semgrep';
  if (kind === 'misconfiguration') return 'trivy_misconfiguration';
  return kind === 'secret' ? 'trivy_secret' : null;
}

export const sources = ['grype', 'semgrep', 'trivy_vulnerability', 'trivy_misconfiguration', 'trivy_secret'] as const;
export type Source = (typeof sources)[number];

/** semgrep's own three words. */
const semgrepWords: Readonly<Record<Severity, string>> = {
  critical: 'ERROR',
  high: 'ERROR',
  medium: 'WARNING',
  low: 'INFO',
  unknown: 'INFO',
};

/** A finding as an entry. */
export function entryOf(source: Source, finding: NativeFinding): SummaryEntry {
  return { ...makers[source](finding), ...kevOf(finding) };
}

/** A finding that is known to be exploited and that trivy alone has seen. */
export function kevEntryOf(finding: NativeFinding): SummaryEntry {
  const { id, severity, title, description, references, kev } = finding;
  return {
    source: 'kev',
    id,
    vuln_source: 'trivy',
    type: 'kev',
    description: kev?.shortDescription ?? description ?? title,
    severity: severity.toUpperCase(),
    link: linkOf(id, references),
    kev_priority: 'CISA_KEV',
    title: kev?.vulnerabilityName ?? title,
    vendor: kev?.vendorProject ?? '',
    product: kev?.product ?? '',
    required_action: kev?.requiredAction ?? '',
    kev_added_date: kev?.dateAdded ?? '',
    kev_due_date: kev?.dueDate ?? '',
  };
}

/** Where it was found: what tells apart the findings that one entry stands for. */
export function placeOf({ component, location, target }: NativeFinding): object {
  return component === null
    ? { file: location?.file ?? target, line: location?.line ?? null }
    : { package: component.name, version: component.version };
}

const makers: Readonly<Record<Source, (finding: NativeFinding) => SummaryEntry>> = {
  grype: (finding) => vulnerability(finding, 'grype', 'vulnerability', finding.severity),
  trivy_vulnerability: (finding) =>
    vulnerability(finding, 'trivy_vulnerability', 'vuln', finding.severity.toUpperCase()),
  semgrep: ({ id, description, title, severity, location, target }) => ({
    source: 'semgrep',
    id: `semgrep_${id}_${location?.file ?? target}`,
    type: 'vulnerability',
    description: description ?? title,
    severity: semgrepWords[severity],
    path: location?.file ?? target,
    line: location?.line ?? null,
  }),
  trivy_misconfiguration: ({ id, description, title, severity, references, remediation, target }) => ({
    source: 'trivy_misconfiguration',
    id,
    type: 'misconfiguration',
    description: description ?? '',
    severity: severity.toUpperCase(),
    links: references,
    title,
    resolution: remediation ?? '',
    file: target,
  }),
  trivy_secret: ({ id, description, title, severity, target }) => ({
    source: 'trivy_secret',
    id,
    type: 'secret',
    description: description ?? title,
    severity: severity === 'unknown' ? 'HIGH' : severity.toUpperCase(),
    title,
    file: target,
    message: title,
  }),
};

function vulnerability(finding: NativeFinding, source: Source, type: string, severity: string): SummaryEntry {
  const { id, description, title, score, vector, component, references } = finding;
  return {
    source,
    id,
    type,
    description: description ?? title,
    severity,
    score,
    cvss_vector: vector ?? '',
    package: component?.name ?? '',
    version: component?.version ?? '',
    link: linkOf(id, references),
  };
}

function kevOf({ kev }: NativeFinding): object {
  if (kev === null) return {};
  return { kev_priority: 'CISA_KEV', kev_added_date: kev.dateAdded, kev_due_date: kev.dueDate };
}
