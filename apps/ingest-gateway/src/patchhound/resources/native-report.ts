import type { Finding, ToolCounts } from '@assay/contracts';

/** What the dialect reads of `GET /api/v1/runs/{id}/report.json` (case-engine's `assay.report/v1`). */
export interface NativeReport {
  readonly run: { readonly id: string; readonly name: string | null };
  readonly dates: { readonly scanned: string; readonly recorded: string; readonly rescanned: string | null };
  readonly counts: { readonly byTool: Readonly<Record<string, ToolCounts>> };
  readonly toolVersions: Readonly<Record<string, string>>;
  readonly engines: readonly { readonly name: string; readonly version: string }[];
  readonly rulesets: Readonly<Record<string, readonly string[]>>;
  readonly skipped: readonly string[];
  readonly newFindings: readonly NativeNewFinding[];
  readonly newKevFindings: readonly NativeNewFinding[];
  readonly packages: readonly NativePackage[];
  readonly findings: readonly NativeFinding[];
}

export interface NativeFinding extends Pick<
  Finding,
  'kind' | 'severity' | 'score' | 'vector' | 'title' | 'component' | 'target' | 'kev'
> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly engines: readonly string[];
  readonly description: string | null;
  readonly remediation: string | null;
  readonly references: readonly string[];
  readonly location: { readonly file: string; readonly line: number | null } | null;
  /** What excludes it; null where it counts. */
  readonly exception: {
    readonly reason: string;
    readonly scopeNote?: string | null;
    readonly publicComment?: string | null;
    readonly privateComment: string | null;
  } | null;
}

export interface NativeNewFinding extends Pick<NativeFinding, 'id' | 'severity' | 'title' | 'component' | 'kev'> {
  readonly foundAt: string | null;
}

export interface NativePackage {
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

/** Of `GET /api/v1/runs/{id}/audit-trail`. */
export interface NativeTrail {
  readonly entries: readonly {
    readonly at: string;
    readonly what: string;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
}

/** Of the signer's `GET /api/v1/attestations`. */
export interface NativeAttestation {
  readonly id: string;
  readonly document: { readonly digest: string };
  readonly envelope: { readonly digest: string; readonly size: number };
  readonly keyId: string;
  readonly verified?: boolean | null;
  readonly createdAt: string;
}

/** Of `GET /api/v1/runs/{id}/rescans`: what one rescan came to in the run. */
export interface NativeRescan {
  readonly rescanId: string;
  readonly state: string;
  /** When it ended for the run; null while it has not. */
  readonly at: string | null;
  /** Why the run was stopped or failed. */
  readonly reason: { readonly status: string; readonly tool: string | null; readonly message: string } | null;
  readonly newCount: number;
  readonly newExceptedCount: number;
  readonly newKevCount: number;
}

/** Of `GET /api/v1/runs/{id}/rescans/{rescanId}`. */
export interface NativeRunRescan extends NativeRescan {
  readonly news: readonly { readonly list: string; readonly id: string; readonly excepted: boolean }[];
}
