import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FindingsRef } from '../findings/read-findings.service.js';
import { limits } from '../limits.js';
import type { Leader } from '../runs/run-order.js';

/** A run beside the other runs of its subject, with what was found in it. */
export interface PlacedRun extends Leader {
  readonly caseId: number;
  readonly findings: readonly FindingsRef[];
}

/** How a run differs from the one before it. */
export interface RunChange {
  readonly runId: Uuid;
  readonly previousRun: Uuid | null;
  readonly opened: number;
  readonly fixed: number;
}

interface PlacedRow {
  readonly id: Uuid;
  readonly case_id: number;
  readonly provider: string;
  readonly run_started_at: Date | null;
  readonly ci_run_id: string | null;
  readonly accepted_at: Date;
  readonly commit_sha: string | null;
  readonly findings: readonly FindingsRef[] | null;
}

/** What runs changed. */
@Injectable()
export class RunChangesStore {
  /** Documents without a subject, which are runs of their own: nothing is before them. */
  async alone(tx: Transaction, runs: readonly Uuid[]): Promise<{ readonly id: Uuid; readonly findings: number }[]> {
    return tx.query(
      `select id, critical + high + medium + low + unknown + excluded as findings from runs
        where id = any($1::uuid[]) and case_id is null`,
      [runs],
    );
  }

  /** The last recorded runs of the cases that these runs are of, newest last. Later ones lie among them. */
  async neighbours(tx: Transaction, runs: readonly Uuid[]): Promise<PlacedRun[]> {
    const rows = await tx.query<PlacedRow>(
      `select r.id, r.case_id, r.provider, r.run_started_at, r.ci_run_id, r.accepted_at, r.commit_sha,
              (select jsonb_agg(jsonb_build_object('digest', d.findings_digest, 'content', d.findings_content))
                 from run_documents d where d.run_id = r.id) as findings
         from (select distinct case_id from runs where id = any($1::uuid[]) and case_id is not null) c
        cross join lateral (select * from runs o where o.case_id = c.case_id order by o.id desc limit $2) r`,
      [runs, limits.neighbourRuns],
    );
    return rows.toReversed().map((row) => ({
      id: row.id,
      caseId: row.case_id,
      provider: row.provider,
      runStartedAt: row.run_started_at,
      ciRunId: row.ci_run_id,
      acceptedAt: row.accepted_at,
      commitSha: row.commit_sha,
      findings: row.findings ?? [],
    }));
  }

  async save(tx: Transaction, changes: readonly RunChange[]): Promise<void> {
    if (changes.length === 0) return;
    const sorted = changes.toSorted((one, other) => (one.runId < other.runId ? -1 : 1));
    await tx.query(
      `insert into run_changes (tenant, run_id, previous_run, opened, fixed)
       select $1, * from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::integer[])
       on conflict (tenant, run_id) do update
         set previous_run = excluded.previous_run, opened = excluded.opened, fixed = excluded.fixed`,
      [
        tx.tenant,
        sorted.map(({ runId }) => runId),
        sorted.map(({ previousRun }) => previousRun),
        sorted.map(({ opened }) => opened),
        sorted.map(({ fixed }) => fixed),
      ],
    );
  }
}
