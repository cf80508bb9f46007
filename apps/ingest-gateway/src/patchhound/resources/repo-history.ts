import type { ToolCounts } from '@assay/contracts';
import type { NativeAttestation, NativeReport } from './native-report.js';
import type { SummaryCounters } from './summary-report.js';

/** What the history says of one run (`wire/patchhound.md` §7, current form). Hashes are of the very bytes that are handed out. */
export interface HistoryFacts {
  readonly name: string;
  readonly commitSha: string | null;
  readonly sbomDigest: string | undefined;
  readonly trivyDigest: string | undefined;
  readonly auditTrailHash: string;
  readonly summaryHash: string;
  readonly report: NativeReport;
  readonly counters: SummaryCounters;
  readonly attestations: readonly NativeAttestation[];
  readonly alerts: readonly string[];
}

const nothing: Readonly<Record<string, number>> = {};

/** One element of the history: an object with one key, the run's name. */
export function historyEntryOf(facts: HistoryFacts): Record<string, object> {
  const { name, commitSha, sbomDigest, trivyDigest, report, attestations } = facts;
  const sbom = attestations.find(({ document }) => document.digest === sbomDigest);
  const trivy = attestations.find(({ document }) => document.digest === trivyDigest);
  return {
    [name]: {
      commit_sha: commitSha ?? 'Null',
      timestamp: name,
      syft_sbom_hash: hexOf(sbomDigest),
      trivy_sbom_hash: hexOf(trivyDigest),
      audit_trail_hash: facts.auditTrailHash,
      summary_report_hash: facts.summaryHash,
      vulnerabilities: { ...countsOf(report), ...totalsOf(facts.counters), ...skipsOf(report) },
      attestation: {
        syft_sbom_att_hash: hexOf(sbom?.envelope.digest),
        syft_attestation_verified: sbom?.verified === true,
        trivy_sbom_att_hash: hexOf(trivy?.envelope.digest),
        trivy_attestation_verified: trivy?.verified === true,
      },
      alerts: facts.alerts,
    },
  };
}

/** What counts, without what is excluded. */
function countsOf({ counts: { byTool } }: NativeReport): object {
  const grype: Partial<ToolCounts> = byTool['assay-osv'] ?? nothing;
  const trivy: Partial<ToolCounts> = byTool['trivy'] ?? nothing;
  return {
    grype_critical_count: grype.critical ?? 0,
    grype_high_count: grype.high ?? 0,
    grype_medium_count: grype.medium ?? 0,
    grype_low_count: grype.low ?? 0,
    grype_unknown_count: grype.unknown ?? 0,
    trivy_crit_count: trivy.critical ?? 0,
    trivy_high_count: trivy.high ?? 0,
    trivy_medium_count: trivy.medium ?? 0,
    trivy_low_count: trivy.low ?? 0,
    trivy_unknown_count: trivy.unknown ?? 0,
    sast_issue_count: byTool['semgrep']?.issues ?? 0,
  };
}

function totalsOf(counters: SummaryCounters): object {
  return {
    excluded_vuln_counter: counters.excluded_vuln_counter,
    excluded_misconf_counter: counters.excluded_misconf_counter,
    excluded_exposed_secret_counter: counters.excluded_exposed_secret_counter,
    excluded_kev_vuln_counter: counters.excluded_kev_vuln_counter,
    total_vuln_counter: counters.vuln_counter,
    kev_vuln_counter: counters.kev_vuln_counter,
    misconf_counter: counters.misconf_counter,
    exposed_secret_counter: counters.exposed_secret_counter,
  };
}

function skipsOf({ skipped }: NativeReport): object {
  return {
    ...(skipped.includes('semgrep') && { sast_scan_skipped: true }),
    ...(skipped.includes('trivy') && { trivy_scan_skipped: true }),
  };
}

function hexOf(digest: string | undefined): string {
  return digest?.replace(/^sha256:/, '') ?? '';
}
