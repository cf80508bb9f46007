import type { PrioVulns } from '../scans/match-result.service.js';
import type { NativeTrail } from './native-report.js';

/** One entry of PatchHound's audit trail (`wire/patchhound.md` §6). */
export interface TrailEntry {
  /** UTC, with microseconds and `Z`. */
  readonly timestamp: string;
  readonly action: string;
  readonly details: object;
}

/** What the trail tells beside what the platform has recorded of the run. */
export interface TrailContext {
  readonly organization: string;
  readonly repo: string;
  readonly name: string;
  readonly commitSha: string | null;
  readonly commitAuthor: string | null;
  readonly skipped: readonly string[];
  /** SHA-256 of the documents that PatchHound attests, by what they are. */
  readonly documents: { readonly sbom: string | undefined; readonly trivy: string | undefined };
  /** What of the findings is known to be exploited; nothing is said of a catalogue that hit nothing. */
  readonly prioVulns: PrioVulns | null;
  /** By the digest of a document: whether its attestation was verified. */
  readonly verified: ReadonlyMap<string, boolean>;
}

type Native = NativeTrail['entries'][number];
type Step = readonly [action: string, details: object];

/** The trail in order of occurrence, made of what was recorded; what PatchHound has no word for keeps ours. */
export function auditTrailOf({ entries }: NativeTrail, context: TrailContext): TrailEntry[] {
  return entries.flatMap((entry) =>
    stepsOf(entry, context).map(([action, details]) => ({ timestamp: microseconds(entry.at), action, details })),
  );
}

function stepsOf({ what, details }: Native, context: TrailContext): Step[] {
  switch (what) {
    case 'accepted':
      return accepted(details, context);
    case 'scanned':
      return details['tool'] === 'sbom'
        ? [['GRYPE_SCAN', { status: 'success', output_format: 'cyclonedx-json', ...details }], ...kevOf(context)]
        : [[`${String(details['tool']).toUpperCase()}_REPORT`, { status: 'success', ...details }]];
    case 'attested':
      return attested(details, context);
    case 'judged':
      return [
        ['VULN_COUNT', { vulnerabilities_count: details['counts'] }],
        ['SUMMARY_GENERATION', { status: 'success', verdict: details['verdict'] }],
      ];
    case 'rescanned':
      // Has a file of its own: `rescanTrailOf`.
      return [];
    case 'alerted':
      return [['ALERT_SYSTEM', details]];
    default:
      return [[what.toUpperCase(), details]];
  }
}

function kevOf({ prioVulns }: TrailContext): Step[] {
  if (prioVulns === null) return [];
  const { matched_grype_vulnerabilities: grype, matched_trivy_vulnerabilities: trivy } = prioVulns.prioritized_vulns;
  if (grype.length + trivy.length === 0) return [];
  const details = {
    kev_version: prioVulns.version,
    kev_release_date: prioVulns.release_date,
    matched_grype_vulnerabilities: grype.map(({ cveID }) => cveID),
    matched_trivy_vulnerabilities: trivy.map(({ cveID }) => cveID),
  };
  return [['KEV_CATALOG', details]];
}

function accepted(details: Native['details'], context: TrailContext): Step[] {
  const { organization, name, repo, commitSha, commitAuthor, skipped } = context;
  const start = { timestamp_id: name, repo, commit_sha: commitSha ?? 'Null', commit_author: commitAuthor ?? '' };
  return [
    ['TOKEN_VALIDATION', { status: 'success', organization }],
    ['SCAN_START', start],
    ['FILE_SAVE', { status: 'success', ...details }],
    ...(skipped.includes('semgrep') ? [['SAST_SCAN', { status: 'skipped' }] as const] : []),
    ...(skipped.includes('trivy') ? [['TRIVY_SCAN', { status: 'skipped' }] as const] : []),
    ['JWT_TOKEN', { status: 'success' }],
    ['RETURN_FILE_TO_CLIENT', { returned: ['vulns_cyclonedx_json', 'prio_vulns', 'path_to_resources_token'] }],
  ];
}

/** Only of what PatchHound attests too. */
function attested(details: Native['details'], { documents, verified }: TrailContext): Step[] {
  const digest = String(details['documentDigest']);
  const document = digest === documents.sbom ? 'sbom' : digest === documents.trivy ? 'trivy' : null;
  if (document === null) return [];
  const status = verified.get(digest) === false ? 'fail' : 'success';
  return [
    ['SBOM_ATTESTATION', { status: 'success', document, ...details }],
    ['SIGNING_ATTESTATION', { status: 'success', document }],
    ['VERIFY_SIGNATURE_ATTESTATION', { status, document }],
  ];
}

/** A time of ours as PatchHound writes it. */
export function microseconds(at: string): string {
  return at.replace(/(\.\d{3})Z$/, '$1000Z');
}
