import type { EngineRun, Finding, Origin, Subject, ToolCounts, Verdict } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Details, Scope } from '../exceptions/exception.js';
import type { State } from '../findings/judgement.js';

/** Name and version of the report's shape, as the first field says it. Fields are added, never changed. */
export const reportSchema = 'assay.report/v1';

/**
 * Everything that people are handed about one run: the model of `report.json`, from which PDF, CSV and XLSX are made. The
 * same state gives the same report, to the byte: lists are in a fixed order and no clock is read but where the caller
 * gives `dates.reported`.
 */
export interface RunReport {
  readonly schema: typeof reportSchema;
  readonly run: ReportedRun;
  readonly dates: ReportDates;
  /** As it was given when the run was judged last, with its reasons. */
  readonly verdict: Verdict;
  /** The gate policy in force for it. */
  readonly policy: object;
  /** What stands in this report, counted. */
  readonly counts: ReportCounts;
  /** What the client said of the tools that made the documents, by tool. */
  readonly toolVersions: Readonly<Record<string, string>>;
  /** The engines of ours and of others that said what was found. */
  readonly engines: readonly Omit<EngineRun, 'durationMs'>[];
  /** Rule sets that tools ran with, by tool, as the client said them. */
  readonly rulesets: Readonly<Record<string, readonly string[]>>;
  /** Tools that the client says it did not run. */
  readonly skipped: readonly string[];
  readonly scanRoot: string | null;
  readonly failOn: string | null;
  readonly documents: readonly ReportedDocument[];
  /** What rescans found that the run had not, the first find first. */
  readonly newFindings: readonly NewFinding[];
  readonly newKevFindings: readonly NewFinding[];
  readonly packages: readonly ReportedPackage[];
  /** How many more packages the SBOM has than a report holds. */
  readonly packagesOmitted: number;
  /** Digests of SBOMs whose packages are not listed: they are not kept any more, or are no JSON. */
  readonly unavailable: readonly string[];
  /** By kind, worst first, then by id and place. */
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedRun {
  readonly id: Uuid;
  /** The name that the client asks for its files by; null where the client has none. */
  readonly name: string | null;
  readonly caseId: number | null;
  readonly subject: Subject | null;
  readonly origin: Origin;
  readonly commitSha: string | null;
  readonly commitAuthor: string | null;
  readonly runUrl: string | null;
  /** Older than the newest run of its subject when it came. */
  readonly late: boolean;
}

/** RFC 3339, UTC. */
export interface ReportDates {
  /** When CI says the run began; null where it did not. */
  readonly started: string | null;
  /** When the first document was accepted. */
  readonly scanned: string;
  /** When the run entered the history. */
  readonly recorded: string;
  /** As the caller gave it, so that the same report can be made again. */
  readonly reported: string | null;
  readonly rescanned: string | null;
}

/** How many of each kind; `sast` are issues in code. */
export interface KindCounts {
  readonly vulnerability: number;
  readonly misconfiguration: number;
  readonly secret: number;
  readonly license: number;
  readonly sast: number;
}

export interface ReportCounts {
  /** What counts, by severity; `kev` are those among them that are known to be exploited, `excluded` stand beside. */
  readonly open: SeverityCounts & { readonly kev: number };
  readonly excluded: SeverityCounts & { readonly kev: number };
  /** Open and excluded together, by kind. */
  readonly total: KindCounts;
  readonly openByKind: KindCounts;
  readonly excludedByKind: KindCounts;
  /** What counts, by the engine that said so: one that two engines saw stands under both. */
  readonly byTool: Readonly<Record<string, ToolCounts>>;
  readonly excludedByTool: Readonly<Record<string, ToolCounts>>;
  readonly findings: number;
  readonly packages: number;
  readonly newFindings: number;
  readonly newKevFindings: number;
}

export interface ReportedDocument {
  readonly tool: string;
  readonly target: string;
  readonly scanId: Uuid;
  readonly receiptId: Uuid;
  readonly acceptedAt: string;
  readonly digest: string;
  /** In bytes; null if the document is not kept any more. */
  readonly size: number | null;
  readonly findingsDigest: string;
  readonly components: number;
  /** What was odd about the document and did no harm. */
  readonly warnings: readonly string[];
}

/** A package of the run's SBOM. The last five are what syft says of it in properties; null or empty from other tools. */
export interface ReportedPackage {
  /** `bom-ref` or `SPDXID`. */
  readonly id: string | null;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly purl: string | null;
  readonly cpe: string | null;
  readonly packageType: string | null;
  readonly language: string | null;
  readonly metadataType: string | null;
  readonly foundBy: string | null;
  readonly locations: readonly string[];
}

/** A finding with our answer. What a finding of the scanner may leave out is null or empty here. */
export interface ReportedFinding {
  readonly key: string;
  readonly kind: Finding['kind'];
  readonly id: string;
  readonly group: Uuid | null;
  readonly aliases: readonly string[];
  readonly severity: Finding['severity'];
  readonly score: number | null;
  readonly vector: string | null;
  readonly title: string;
  readonly description: string | null;
  readonly remediation: string | null;
  readonly references: readonly string[];
  readonly component: Finding['component'];
  readonly target: string;
  readonly location: { readonly file: string; readonly line: number | null } | null;
  readonly fingerprint: string | null;
  readonly engines: readonly string[];
  readonly kev: Finding['kev'];
  readonly epss: Finding['epss'];
  readonly state: State;
  /** What excludes it; null where it is open. */
  readonly exception: ReportedException | null;
}

export interface ReportedException extends Details {
  readonly id: Uuid;
  readonly scope: Scope;
  /** Why, for those inside the house; what others may read is the public comment. */
  readonly reason: string;
  /** Only for those who may see it and ask for it; never in PDF, CSV and XLSX. */
  readonly privateComment: string | null;
  readonly expiresAt: string | null;
}

/** What a rescan found that was not there before. */
export interface NewFinding extends Pick<ReportedFinding, 'id' | 'severity' | 'title' | 'component' | 'kev'> {
  readonly key: string | null;
  /** RFC 3339; null where the rescan did not say. */
  readonly foundAt: string | null;
}
