import type { Origin, Subject, Verdict } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { RunDocument } from './run.js';

/** A run as it lies in its table, for those who only read. */
export interface RunRecord extends SeverityCounts {
  readonly id: Uuid;
  readonly case_id: number | null;
  readonly subject: Subject | null;
  readonly origin: Origin;
  readonly run_started_at: Date | null;
  readonly accepted_at: Date;
  readonly recorded_at: Date;
  readonly late: boolean;
  readonly kev: number;
  readonly excluded: number;
  readonly verdict: Verdict;
}

/** A run with what it consists of. */
export interface WholeRun extends RunRecord {
  readonly policy: object;
  readonly documents: readonly (Omit<RunDocument, 'acceptedAt'> & { readonly acceptedAt: string })[];
}

/** Which runs; what is absent or empty narrows nothing. */
export interface RunFilter {
  readonly provider?: string;
  readonly org?: string;
  readonly repo?: string;
  readonly branch?: string;
  readonly prId?: string;
  readonly caseId?: number;
}

const filterColumns = {
  repo: 'repo',
  branch: 'branch',
  provider: 'provider',
  org: 'org',
  prId: 'pr_id',
  caseId: 'case_id',
};
const filterable = Object.keys(filterColumns) as (keyof typeof filterColumns)[];

const columns = `id, case_id, subject, origin, run_started_at, accepted_at, recorded_at, late, critical, high, medium, low,
  unknown, kev, excluded, verdict`;

const whole = `${columns}, policy,
  coalesce((select jsonb_agg(jsonb_build_object('tool', d.tool, 'target', d.target, 'scanId', d.scan_id, 'receiptId', d.receipt_id,
      'acceptedAt', d.accepted_at, 'documentDigest', d.document_digest, 'findingsDigest', d.findings_digest,
      'components', d.components, 'findingsVersion', d.findings_version) order by d.tool, d.target)
    from run_documents d where d.run_id = r.id), '[]') as documents`;

/** The statement for a filter: only what is asked for stands in it, so that the planner finds the indexes (64 texts at most). */
export function historyStatement(filter: RunFilter): { sql: string; values: unknown[] } {
  const used = filterable.filter((field) => (filter[field] ?? '') !== '');
  const conditions = used.map((field, index) => ` and ${filterColumns[field]} = $${index + 3}`).join('');
  const sql = `select ${columns} from runs where id < coalesce($1, ${beyond})${conditions} order by id desc limit $2`;
  return { sql, values: used.map((field) => filter[field]) };
}

const beyond = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`;

/** Runs for those who read: the history. */
@Injectable()
export class ReadRunsStore {
  /** Newest first, those recorded before `before`. */
  async list(tx: Transaction, filter: RunFilter, limit: number, before: Uuid | null): Promise<RunRecord[]> {
    const { sql, values } = historyStatement(filter);
    return tx.query<RunRecord>(sql, [before, limit, ...values]);
  }

  async find(tx: Transaction, id: Uuid): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(`select ${whole} from runs r where r.id = $1`, [id]);
    return row ?? null;
  }

  /** The last recorded run of a case at a commit. */
  async ofCommit(tx: Transaction, caseId: number, commitSha: string): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(
      `select ${whole} from runs r where r.case_id = $1 and r.commit_sha = $2 order by r.id desc limit 1`,
      [caseId, commitSha],
    );
    return row ?? null;
  }

  /** The run of a case that was recorded before another one. */
  async before(tx: Transaction, caseId: number, runId: Uuid): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(
      `select ${whole} from runs r where r.case_id = $1 and r.id < $2 order by r.id desc limit 1`,
      [caseId, runId],
    );
    return row ?? null;
  }
}
