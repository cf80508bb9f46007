import { mayActOnRepository, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../case-engine.errors.js';
import { limits } from '../../limits.js';
import {
  repositoryCounts,
  type RepositoryReport,
  repositoryReportSchema,
  type SubjectStanding,
} from './repository-report.js';
import { RepositoryReportsStore, type StandingRow } from './repository-reports.store.js';

/** Which repository; without a provider, that name on any. */
export interface RepositoryAsked {
  readonly provider: string | null;
  readonly org: string;
  readonly repo: string;
  readonly reportedAt: Date | null;
}

/** Says where a repository stands. */
@Injectable()
export class BuildRepositoryReport {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: RepositoryReportsStore,
  ) {}

  /** @throws AssayError `cases.no-such-run` where nothing of it is known, or the caller may not see it */
  async execute(caller: Principal, { provider, org, repo, reportedAt }: RepositoryAsked): Promise<RepositoryReport> {
    const { standings, open } = await this.transactions.run(caller.tenant, async (tx) => {
      const known = mayActOnRepository(caller, org, repo) ? await this.store.standings(tx, provider, org, repo) : [];
      if (known.length === 0) throw notFound('cases.no-such-run', 'There is no run of this repository');
      const ids = known.slice(0, limits.repositorySubjects).map((each) => each.case_id);
      return { standings: known, open: await this.store.open(tx, ids) };
    });
    const subjects = standings.slice(0, limits.repositorySubjects).map(toStanding);
    const findings = open.slice(0, limits.repositoryFindings).map((row) => ({
      finding: row.detail,
      caseIds: row.case_ids,
      firstSeenAt: row.first_seen_at.toISOString(),
    }));
    return {
      schema: repositoryReportSchema,
      repository: { provider, org, repo },
      reportedAt: reportedAt?.toISOString() ?? null,
      counts: repositoryCounts(findings, subjects),
      subjects,
      subjectsOmitted: standings.length > limits.repositorySubjects,
      findings,
      findingsOmitted: open.length > limits.repositoryFindings,
    };
  }
}

function toStanding(row: StandingRow): SubjectStanding {
  const { critical, high, medium, low, unknown, kev, excluded, origin, verdict } = row;
  return {
    caseId: row.case_id,
    subject: row.subject,
    runId: row.run_id,
    commitSha: origin.commitSha,
    runUrl: origin.runUrl,
    scanned: row.accepted_at.toISOString(),
    verdict: verdict.verdict,
    reasons: verdict.reasons,
    counts: { critical, high, medium, low, unknown, kev, excluded },
  };
}
