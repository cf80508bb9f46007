import type { AppliedException, EngineRun, Origin, Subject, ToolCounts, Verdict } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { firstIdAt } from './first-run-id.js';
import type { RunDocument } from './run.js';

/** A document of a run, as JSON gives it: times are text. */
export type ReadDocument = Omit<RunDocument, 'acceptedAt' | 'engines'> & {
  readonly acceptedAt: string;
  readonly engines: readonly EngineRun[];
};

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
  readonly by_tool: Readonly<Record<string, ToolCounts>>;
  /** Null until it has been compared with the run before it. */
  readonly opened: number | null;
  readonly fixed: number | null;
  readonly previous_run: Uuid | null;
}

/** An alert that went out, or did not, because of a run. Times are text. */
export interface ListedAlert {
  readonly alertId: Uuid;
  readonly channelId: Uuid;
  readonly delivered: boolean;
  readonly at: string;
}

/** A run in a list: the first of its documents and alerts with it. */
export interface ListedRun extends RunRecord {
  readonly documents: readonly ReadDocument[];
  readonly alerts: readonly ListedAlert[];
}

/** A run with what it consists of. */
export interface WholeRun extends RunRecord {
  readonly policy: object;
  readonly applied: readonly AppliedException[];
  readonly documents: readonly ReadDocument[];
  readonly alerts: readonly ListedAlert[];
}

/** Which runs; what is absent or empty narrows nothing. */
export interface RunFilter {
  readonly provider?: string;
  readonly org?: string;
  readonly repo?: string;
  readonly branch?: string;
  readonly prId?: string;
  readonly caseId?: number;
  /** Recorded at this time or later. */
  readonly since?: Date;
  /** Recorded before this time. */
  readonly until?: Date;
  /** Only of these repositories: those that a team owns. */
  readonly repositories?: readonly { readonly org: string; readonly repo: string }[];
}

const filterColumns = {
  repo: 'repo',
  branch: 'branch',
  provider: 'provider',
  org: 'org',
  prId: 'pr_id',
  caseId: 'case_id',
} as const;
const filterable = Object.keys(filterColumns) as (keyof typeof filterColumns)[];

const columns = `r.id, r.case_id, r.subject, r.origin, r.run_started_at, r.accepted_at, r.recorded_at, r.late, r.critical,
  r.high, r.medium, r.low, r.unknown, r.kev, r.excluded, r.verdict, r.by_tool, ch.opened, ch.fixed, ch.previous_run`;

const documentObject = `jsonb_build_object('tool', d.tool, 'target', d.target, 'scanId', d.scan_id, 'receiptId', d.receipt_id,
  'acceptedAt', d.accepted_at, 'documentDigest', d.document_digest, 'findingsDigest', d.findings_digest,
  'findingsSize', d.findings_size, 'findingsContent', d.findings_content, 'engines', d.engines,
  'components', d.components, 'findingsVersion', d.findings_version)`;

const alertsOfRun = `
  coalesce((select jsonb_agg(jsonb_build_object('alertId', a.alert_id, 'channelId', a.channel_id,
      'delivered', a.delivered, 'at', a.at) order by a.at, a.delivery_id)
    from (select * from run_alerts o where o.run_id = r.id order by o.at limit ${limits.historyEntries}) a), '[]') as alerts`;

const whole = `${columns}, r.policy, r.applied,
  coalesce((select jsonb_agg(${documentObject} order by d.tool, d.target)
    from run_documents d where d.run_id = r.id), '[]') as documents, ${alertsOfRun}`;

const listed = `${columns},
  coalesce((select jsonb_agg(${documentObject} order by d.tool, d.target)
    from (select * from run_documents o where o.run_id = r.id order by o.tool, o.target limit ${limits.historyEntries}) d),
    '[]') as documents, ${alertsOfRun}`;

const withChanges = 'left join run_changes ch on ch.run_id = r.id';

/**
 * The statement for a filter: only what is asked for stands in it, so that the planner finds the indexes (some hundred
 * texts at most). Its parameters are `[before, limit, ...values]`. Of repositories of a team each is read by itself.
 */
export function historyStatement(filter: RunFilter, what = listed): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value) + 2}`;
  const conditions = filterable
    .filter((field) => (filter[field] ?? '') !== '')
    .map((field) => ` and o.${filterColumns[field]} = ${place(filter[field])}`);
  if (filter.since !== undefined) conditions.push(` and o.id >= ${place(firstIdAt(filter.since))}::uuid`);
  if (filter.until !== undefined) conditions.push(` and o.id < ${place(firstIdAt(filter.until))}::uuid`);
  const { repositories } = filter;
  const of =
    repositories === undefined
      ? ''
      : `unnest(${place(repositories.map(({ org }) => org))}::text[], ${place(repositories.map(({ repo }) => repo))}::text[])
           as t(org, repo) cross join lateral `;
  const mine = repositories === undefined ? '' : ' and o.org = t.org and o.repo = t.repo';
  const found = `select o.* from runs o where o.id < coalesce($1, ${beyond})${conditions.join('')}${mine} order by o.id desc limit $2`;
  const page = of === '' ? found : `select f.* from ${of}(${found}) f order by f.id desc limit $2`;
  return { sql: `select ${what} from (${page}) r ${withChanges} order by r.id desc`, values };
}

const beyond = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`;

/** Runs for those who read: the history. */
@Injectable()
export class ReadRunsStore {
  /** Newest first, those recorded before `before`. */
  async list(tx: Transaction, filter: RunFilter, limit: number, before: Uuid | null): Promise<ListedRun[]> {
    const { sql, values } = historyStatement(filter);
    return tx.query<ListedRun>(sql, [before, limit, ...values]);
  }

  async find(tx: Transaction, id: Uuid): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(`select ${whole} from runs r ${withChanges} where r.id = $1`, [id]);
    return row ?? null;
  }

  /** The last recorded run of a case at a commit. */
  async ofCommit(tx: Transaction, caseId: number, commitSha: string): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(
      `select ${whole} from runs r ${withChanges} where r.case_id = $1 and r.commit_sha = $2 order by r.id desc limit 1`,
      [caseId, commitSha],
    );
    return row ?? null;
  }

  /** The run of a case that was recorded before another one. */
  async before(tx: Transaction, caseId: number, runId: Uuid): Promise<WholeRun | null> {
    const [row] = await tx.query<WholeRun>(
      `select ${whole} from runs r ${withChanges} where r.case_id = $1 and r.id < $2 order by r.id desc limit 1`,
      [caseId, runId],
    );
    return row ?? null;
  }
}
