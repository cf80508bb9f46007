import type { Finding, Origin, Subject, Verdict } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';

export interface StandingRow extends SeverityCounts {
  readonly case_id: number;
  readonly subject: Subject;
  readonly kev: number;
  readonly excluded: number;
  readonly run_id: Uuid;
  readonly origin: Origin;
  readonly accepted_at: Date;
  readonly verdict: Verdict;
}

export interface OpenRow {
  readonly detail: Finding;
  readonly case_ids: readonly number[];
  readonly first_seen_at: Date;
}

/** The newest run of each case of a repository, the newest case first; `$3` is the provider, null for any. */
export const standings = `
  select c.id as case_id, c.subject, c.critical, c.high, c.medium, c.low, c.unknown, c.kev, c.excluded,
         r.id as run_id, r.origin, r.accepted_at, r.verdict
    from cases c join runs r on r.id = c.newest_run
   where c.repo = $1 and c.org = $2 and ($3::text is null or c.provider = $3)
   order by c.id desc limit $4`;

/** What is open in cases, worst first; what several have is one. */
export const openInCases = `
  select (array_agg(f.detail order by f.case_id desc))[1] as detail, array_agg(f.case_id order by f.case_id desc) as case_ids,
         min(f.first_seen_at) as first_seen_at
    from findings f
   where f.case_id = any($1::integer[]) and f.known_until is null and f.state = 'open'
   group by f.key order by min(f.severity_rank), min(f.vulnerability_id), f.key limit $2`;

/** What a repository's report reads. */
@Injectable()
export class RepositoryReportsStore {
  /** One more than a report takes. `provider` null is any. */
  async standings(tx: Transaction, provider: string | null, org: string, repo: string): Promise<StandingRow[]> {
    return tx.query<StandingRow>(standings, [repo, org, provider, limits.repositorySubjects + 1]);
  }

  /** One more than a report takes. */
  async open(tx: Transaction, caseIds: readonly number[]): Promise<OpenRow[]> {
    return tx.query<OpenRow>(openInCases, [caseIds, limits.repositoryFindings + 1]);
  }
}
