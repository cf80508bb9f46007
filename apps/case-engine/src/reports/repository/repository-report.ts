import type { Finding, Subject, Verdict } from '@assay/contracts';
import { noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';

/** Name and version of the shape, as the first field says it. */
export const repositoryReportSchema = 'assay.repository-report/v1';

/** Where a repository stands: the newest run of each of its subjects, and what is open in them now. */
export interface RepositoryReport {
  readonly schema: typeof repositoryReportSchema;
  readonly repository: { readonly provider: string | null; readonly org: string; readonly repo: string };
  /** RFC 3339; as the caller gave it, so that the same report can be made again. */
  readonly reportedAt: string | null;
  readonly counts: SeverityCounts & { readonly kev: number; readonly excluded: number };
  /** The newest first. */
  readonly subjects: readonly SubjectStanding[];
  readonly subjectsOmitted: boolean;
  /** What is open, worst first, then by id and place; with the case numbers of the subjects that have it. */
  readonly findings: readonly OpenFinding[];
  readonly findingsOmitted: boolean;
}

/** A subject's newest run. */
export interface SubjectStanding {
  readonly caseId: number;
  readonly subject: Subject;
  readonly runId: Uuid;
  readonly commitSha: string | null;
  readonly runUrl: string | null;
  readonly scanned: string;
  readonly verdict: Verdict['verdict'];
  readonly reasons: readonly string[];
  /** As they are now: exceptions granted since the run count. */
  readonly counts: SeverityCounts & { readonly kev: number; readonly excluded: number };
}

/** A finding that is open somewhere in the repository. */
export interface OpenFinding {
  readonly finding: Finding;
  readonly caseIds: readonly number[];
  readonly firstSeenAt: string;
}

/** The counts of a repository: the same finding in two subjects is one. */
export function repositoryCounts(
  findings: readonly OpenFinding[],
  subjects: readonly SubjectStanding[],
): RepositoryReport['counts'] {
  const counts = { ...noCounts(), kev: 0, excluded: 0 };
  for (const { finding } of findings) {
    counts[finding.severity] += 1;
    if (finding.kev !== null) counts.kev += 1;
  }
  counts.excluded = subjects.reduce((most, each) => Math.max(most, each.counts.excluded), 0);
  return counts;
}
