import type { ClosedAs, Finding, Subject } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Case } from '../cases/case.js';
import { judgementOf, keyOf } from '../cases/cases.store.js';
import { limits } from '../limits.js';
import { firstIdAt } from '../runs/first-run-id.js';
import type { Leader } from '../runs/run-order.js';

/** What a forge said last of a change: `closedAs` null is open. */
export interface ChangeFact {
  readonly subject: Subject;
  readonly closedAs: ClosedAs | null;
  readonly at: Date;
  readonly mergeCommitSha: string | null;
}

/** A case that shall be closed, why and since when. */
export interface ClosedCase {
  readonly case: Case;
  readonly since: Date;
}

/** A case without a run for a long time, before it is known whether its branch is watched. */
export interface IdleCase {
  readonly id: number;
  readonly subject: Subject;
}

interface RunOrderRow {
  readonly id: Uuid;
  readonly provider: string;
  readonly run_started_at: Date | null;
  readonly ci_run_id: string | null;
  readonly accepted_at: Date;
  readonly commit_sha: string | null;
}

/** What forges said of changes, and the cases and findings that end with them. */
@Injectable()
export class ChangesStore {
  /** Writes down what a forge said. False if it has said something later, or the same, before. */
  async remember(tx: Transaction, { subject, closedAs, at, mergeCommitSha }: ChangeFact): Promise<boolean> {
    const rows = await tx.query(
      `insert into changes as c (tenant, subject_key, closed_as, at, merge_commit_sha) values ($1, $2, $3, $4, $5)
       on conflict (tenant, subject_key) do update
         set closed_as = excluded.closed_as, at = excluded.at, merge_commit_sha = excluded.merge_commit_sha
       where c.at < excluded.at
       returning 1`,
      [tx.tenant, keyOf(subject), closedAs, at, mergeCommitSha],
    );
    return rows.length > 0;
  }

  /** Ends everything that is open of these cases and gives it, by case. */
  async endFindings(tx: Transaction, cases: readonly Case[]): Promise<Map<number, Finding[]>> {
    const rows = await tx.query<{ case_id: number; detail: Finding }>(
      `update findings f set known_until = e.at, ended_as = 'closed'
         from unnest($1::integer[], $2::timestamptz[]) as e(case_id, at)
        where f.case_id = any($1) and f.case_id = e.case_id and f.known_until is null
        returning f.case_id, f.detail`,
      [cases.map(({ id }) => id), cases.map(({ judgedAt }) => judgedAt)],
    );
    const byCase = Map.groupBy(rows, ({ case_id }) => case_id);
    return new Map([...byCase].map(([id, found]) => [id, found.map(({ detail }) => detail)]));
  }

  async saveClosed(tx: Transaction, closed: readonly ClosedCase[]): Promise<void> {
    await tx.query(
      `update cases c
          set status = n.status, version = n.version, critical = n.critical, high = n.high, medium = n.medium, low = n.low,
              unknown = n.unknown, kev = n.kev, excluded = n.excluded, judged_at = n.judged_at, updated_at = n.judged_at,
              closed_as = n.closed_as, closed_at = n.closed_at, findings_print = null
         from jsonb_populate_recordset(null::cases, $1::jsonb) n
        where c.id = n.id`,
      [
        JSON.stringify(
          closed.map(({ case: kase, since }) => ({ ...judgementOf(kase), closed_as: kase.closedAs, closed_at: since })),
        ),
      ],
    );
  }

  /** The runs of a case that may be its newest, with what decides which of them is. */
  async lastRuns(tx: Transaction, caseId: number): Promise<Leader[]> {
    const rows = await tx.query<RunOrderRow>(
      `select id, provider, run_started_at, ci_run_id, accepted_at, commit_sha from runs
        where case_id = $1 order by id desc limit $2`,
      [caseId, limits.neighbourRuns],
    );
    return rows.map((row) => ({
      id: row.id,
      provider: row.provider,
      runStartedAt: row.run_started_at,
      ciRunId: row.ci_run_id,
      acceptedAt: row.accepted_at,
      commitSha: row.commit_sha,
    }));
  }

  /** Tenants that have cases, with the days that they set themselves. For the job role. */
  async tenants(tx: Transaction): Promise<{ readonly tenant: TenantSlug; readonly days: number | null }[]> {
    return tx.query(
      `select t.tenant, p.stale_after_days as days
         from (select distinct tenant from cases where closed_as is null) t left join case_policies p using (tenant)
        order by t.tenant`,
    );
  }

  /** Open cases of changes and branches of which no document was accepted since `until`; by number, after `after`. */
  async idle(tx: Transaction, until: Date, after: number): Promise<IdleCase[]> {
    return tx.query<IdleCase>(
      `select c.id, c.subject from cases c
        where c.closed_as is null and c.repo <> '' and c.newest_run < $1::uuid and c.id > $2
          and not exists (select from run_documents d where d.run_id = c.newest_run and d.accepted_at >= $3)
        order by c.id limit $4`,
      [firstIdAt(until), after, until, limits.staleBatch],
    );
  }

  /** Cases that are open though their forge says that their change has ended: a run was judged while it said so. */
  async missed(tx: Transaction): Promise<{ readonly id: number; readonly closedAs: ClosedAs; readonly at: Date }[]> {
    return tx.query(
      `select c.id, e.closed_as as "closedAs", e.at from changes e join cases c on c.subject_key = e.subject_key
        where e.closed_as is not null and c.closed_as is null order by c.id limit $1`,
      [limits.staleBatch],
    );
  }
}
