import type { BenchmarkForm, BenchmarkProfileType, RuleCounts, RuleStatus } from '@assay/contracts';
import type { Severity } from '@assay/kernel';

/**
 * Gives the document's bytes from their beginning. Called once for what the document says of itself and once more for
 * each scan whose results are read: rules' texts and results stand far apart in XCCDF, and neither fits in memory.
 */
export type OpenDocument = () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

/** What a document of benchmark results says, apart from the results themselves. Plain data. */
export interface BenchmarkHead {
  readonly form: BenchmarkForm;
  readonly host: BenchmarkHost;
  readonly osInfo: OsInfo | null;
  readonly scannerInfo: ScannerInfo | null;
  /** PatchMon: `on-demand` or `scheduled`. */
  readonly scanType: string | null;
  /** PatchMon: of the whole document. */
  readonly complianceHash: ComplianceHash | null;
  readonly scans: readonly ScanHead[];
  /** What was wrong with the document and how it was taken, in sentences. */
  readonly notes: readonly string[];
}

/** The host as the document names it. Identity never comes from here where a credential says whose document it is. */
export interface BenchmarkHost {
  readonly hostname: string | null;
  readonly machineId: string | null;
  readonly agentVersion: string | null;
  readonly addresses: readonly string[];
}

export interface OsInfo {
  /** `debian`, `ubuntu`, `rhel` and so on. */
  readonly family: string | null;
  readonly name: string | null;
  readonly version: string | null;
}

/** PatchMon's `scanner_info`, or what an XCCDF result says of its scanner. */
export interface ScannerInfo {
  readonly openscapAvailable: boolean | null;
  readonly openscapVersion: string | null;
  readonly dockerBenchAvailable: boolean | null;
  readonly oscapDockerAvailable: boolean | null;
  readonly availableProfiles: readonly string[];
}

/** `compliance_hash` as claimed and as we compute it (`wire/patchmon.md` §4); lower-case hexadecimal SHA-256. */
export interface ComplianceHash {
  readonly claimed: string | null;
  readonly own: string;
  /** True if either spelling of U+FFFD gives the claimed one; true also where nothing was claimed. */
  readonly agrees: boolean;
}

/** One run of one profile. */
export interface ScanHead {
  readonly profileName: string;
  readonly profileTitle: string | null;
  readonly profileType: BenchmarkProfileType;
  readonly status: 'completed' | 'failed';
  /** UTC, RFC 3339, milliseconds; null where the document has no usable time. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly error: string | null;
  /** What the scan looked at, as the scanner calls it: a host name for XCCDF. */
  readonly targetName: string | null;
  /** Of the results, each rule once. */
  readonly counts: RuleCounts;
  /** Rules that have a result here: `counts.total`, unless the counts are only claimed. */
  readonly resultCount: number;
  /** Two decimals, by the profile type's formula; null where no rule was evaluated. */
  readonly score: number | null;
  /** What the XCCDF document itself says, 0 to 100. */
  readonly xccdfScore: number | null;
  /** What the sender claimed and the results do not say; null where they agree or nothing was claimed. */
  readonly claimed: Claim | null;
  /** What was wrong with it and how it was taken. */
  readonly notes: readonly string[];
}

export interface Claim {
  readonly counts: RuleCounts | null;
  readonly score: number | null;
}

/** Where a rule comes from or what else it is known as: a CCE, a CVE, a paragraph of a standard. */
export interface RuleReference {
  readonly kind: 'ident' | 'reference';
  /** The naming system or the address of the standard; may be empty. */
  readonly system: string;
  readonly text: string;
}

/** The text of a rule, whatever it came to. Texts are bounded, without NUL, and well-formed Unicode. */
export interface RuleText {
  readonly ruleRef: string;
  /** The ref where the document has no title. */
  readonly title: string;
  readonly severity: Severity;
  readonly section: string | null;
  readonly description: string | null;
  readonly rationale: string | null;
  readonly remediation: string | null;
  readonly references: readonly RuleReference[];
}

/** What a rule came to. */
export interface RuleResult {
  readonly ruleRef: string;
  readonly status: RuleStatus;
  readonly severity: Severity;
  readonly finding: string | null;
  readonly actual: string | null;
  readonly expected: string | null;
  /** What the scanner proposed for this result, where it is not the rule's text. */
  readonly remediation: string | null;
}

/**
 * A part of a scan. Rules' texts come when the document has them, before or after their results; a result's rule may
 * have no text at all. Within a scan each rule's text and each rule's result comes at most once.
 */
export interface BenchmarkBatch {
  readonly rules: readonly RuleText[];
  readonly results: readonly RuleResult[];
}

/** A scan with its results, read from the beginning each time they are asked for. */
export interface ReadScan extends ScanHead {
  batches(): AsyncIterable<BenchmarkBatch>;
}

/** A document of benchmark results. */
export interface ReadBenchmark extends Omit<BenchmarkHead, 'scans'> {
  readonly scans: readonly ReadScan[];
}
