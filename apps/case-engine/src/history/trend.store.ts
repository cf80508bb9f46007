import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { historyStatement, type RunFilter } from '../runs/read-runs.store.js';
import type { TrendRun } from './trend.js';

/** A run of a trend, and the repository that it is of. */
export type FoundRun = TrendRun & { readonly org: string; readonly repo: string };

interface Row extends SeverityCounts {
  readonly id: Uuid;
  readonly case_id: number | null;
  readonly org: string;
  readonly repo: string;
  readonly provider: string;
  readonly run_started_at: Date | null;
  readonly ci_run_id: string | null;
  readonly accepted_at: Date;
  readonly commit_sha: string | null;
  readonly kev: number;
  readonly excluded: number;
  readonly opened: number | null;
  readonly fixed: number | null;
}

const columns = `r.id, r.case_id, r.org, r.repo, r.provider, r.run_started_at, r.ci_run_id, r.accepted_at, r.commit_sha,
  r.critical, r.high, r.medium, r.low, r.unknown, r.kev, r.excluded, ch.opened, ch.fixed`;

/** Runs in the few columns that a trend is made from. */
@Injectable()
export class TrendStore {
  /** The last recorded ones, newest first. */
  async runs(tx: Transaction, filter: RunFilter): Promise<FoundRun[]> {
    const { sql, values } = historyStatement(filter, columns);
    const rows = await tx.query<Row>(sql, [null, limits.trendRuns, ...values]);
    return rows.map(toTrendRun);
  }

  /** By what the cases of these runs stood before the first of them. */
  async standingBefore(tx: Transaction, runs: readonly TrendRun[], first: Uuid): Promise<TrendRun[]> {
    const cases = new Set(runs.map(({ subject }) => Number(subject)).filter(Number.isInteger));
    const rows = await tx.query<Row>(
      `select ${columns} from unnest($1::integer[]) as c(id)
        cross join lateral (select o.* from runs o where o.case_id = c.id and o.id < $2 and not o.late
                             order by o.id desc limit 1) r
         left join run_changes ch on ch.run_id = r.id`,
      [[...cases], first],
    );
    return rows.map(toTrendRun);
  }
}

function toTrendRun(row: Row): FoundRun {
  const { critical, high, medium, low, unknown, kev, excluded } = row;
  return {
    id: row.id,
    subject: row.case_id === null ? row.id : String(row.case_id),
    org: row.org,
    repo: row.repo,
    provider: row.provider,
    runStartedAt: row.run_started_at,
    ciRunId: row.ci_run_id,
    acceptedAt: row.accepted_at,
    commitSha: row.commit_sha,
    counts: { critical, high, medium, low, unknown, kev, excluded },
    opened: row.opened ?? 0,
    fixed: row.fixed ?? 0,
  };
}
