import type { ClosedAs, Finding, Subject } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseStatus } from './case.js';

/** A case as it lies in its table, for those who only read. */
export interface CaseRecord extends SeverityCounts {
  readonly id: number;
  readonly subject: Subject;
  readonly case_key: string;
  readonly provider: string;
  readonly org: string;
  readonly repo: string;
  readonly branch: string;
  readonly pr_id: string | null;
  readonly target_branch: string | null;
  readonly status: CaseStatus;
  readonly version: number;
  readonly kev: number;
  readonly excluded: number;
  readonly newest_run: Uuid | null;
  readonly commit_sha: string | null;
  readonly ci_run_id: string | null;
  readonly run_url: string | null;
  readonly image_digest: string | null;
  readonly owner: string | null;
  readonly comment: string | null;
  readonly state: 'new' | 'in-progress' | 'done';
  readonly closed_as: ClosedAs | null;
  readonly closed_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** An open interval, for those who read. */
export interface FindingRecord {
  readonly key: string;
  readonly state: 'open' | 'excluded';
  readonly severity_rank: number;
  readonly exception_id: Uuid | null;
  readonly first_seen_at: Date;
  readonly known_from: Date;
  readonly detail: Finding;
}

/** What a list of cases may be narrowed to; what is absent or empty narrows nothing. */
export interface CaseFilter {
  readonly repo?: string;
  readonly branch?: string;
  readonly status?: string;
  readonly provider?: string;
  readonly org?: string;
  /** Any name of a vulnerability, or a rule: cases that have it open, excluded or not. */
  readonly vulnerability?: string;
  /** A tool: cases whose newest run has a document of it. */
  readonly scanner?: string;
  /** Only of these repositories: those that a team owns. */
  readonly repositories?: readonly { readonly org: string; readonly repo: string }[];
}

const filterable = ['repo', 'branch', 'status', 'provider', 'org'] as const;

const columns = `id, subject, case_key, provider, org, repo, branch, pr_id, target_branch, status, version, critical, high,
  medium, low, unknown, kev, excluded, newest_run, commit_sha, ci_run_id, run_url, image_digest, owner, comment, state,
  closed_as, closed_at, created_at, updated_at`;

/**
 * The statement for a filter, to be given `[before, limit, ...values]`. Only what is asked for stands in it: a condition
 * that is switched off by a parameter would keep the planner from the indexes. There are 256 such texts, so that each is
 * prepared. Of the repositories of a team each is read by itself, along its own index.
 */
export function listStatement(what: string, filter: CaseFilter, end: string): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value) + 2}`;
  const conditions = filterable
    .filter((field) => (filter[field] ?? '') !== '')
    .map((field) => ` and c.${field} = ${place(filter[field])}`);
  if ((filter.vulnerability ?? '') !== '')
    conditions.push(` and c.id = any(array(${casesWith(place(filter.vulnerability))}))`);
  if ((filter.scanner ?? '') !== '') conditions.push(` and ${newestRunHas(place(filter.scanner))}`);
  const { repositories } = filter;
  if (repositories === undefined) {
    return { sql: `select ${what} from cases c where c.id < $1${conditions.join('')} ${end}`, values };
  }
  const [orgs, repos] = [repositories.map(({ org }) => org), repositories.map(({ repo }) => repo)];
  const owned = `unnest(${place(orgs)}::text[], ${place(repos)}::text[]) as t(org, repo) cross join lateral (
    select * from cases c where c.id < $1 and c.org = t.org and c.repo = t.repo${conditions.join('')} ${end})`;
  return { sql: `select ${what} from (select c.* from ${owned} c) c ${end}`, values };
}

/**
 * Cases with a vulnerability, by any of its names: through the index on names of findings and that on alias groups. They are
 * looked up first, as an array: as a subquery the planner would rather walk through all cases and hold each against it.
 */
function casesWith(name: string): string {
  return `select f.case_id from findings f where f.vulnerability_id = ${name} and f.known_until is null
    union select f.case_id from vulnerability_names n join findings f on f.grp = n.grp and f.known_until is null
           where n.name = ${name}`;
}

/** True for a case whose newest run has a document of this tool: one look into the primary key. */
function newestRunHas(tool: string): string {
  return `exists (select from run_documents d where d.run_id = c.newest_run and d.tool = ${tool})`;
}

/** What of weight is open in a case, by kind: SecureCase's callers with several scanners read it so. */
export interface WeightsByKind {
  readonly case_id: number;
  readonly critical_vulns: number;
  readonly high_vulns: number;
  readonly critical_misconfig: number;
  readonly high_misconfig: number;
}

const weight = (severity: string, kind: string): string =>
  `count(*) filter (where severity = '${severity}' and detail->>'kind' = '${kind}')::int`;

/** The statement for `[case ids]`; it reads the open findings of weight and no others. */
export const weightsStatement = `select case_id, ${weight('critical', 'vulnerability')} as critical_vulns,
         ${weight('high', 'vulnerability')} as high_vulns, ${weight('critical', 'misconfiguration')} as critical_misconfig,
         ${weight('high', 'misconfiguration')} as high_misconfig
    from findings where case_id = any($1::integer[]) and known_until is null and severity_rank <= 1 and state = 'open'
   group by case_id`;

/** Cases for those who read. */
@Injectable()
export class ReadCasesStore {
  /** Newest first, those with a smaller number than `before`. */
  async list(tx: Transaction, filter: CaseFilter, limit: number, before: number | null): Promise<CaseRecord[]> {
    const { sql, values } = listStatement(columns, filter, 'order by c.id desc limit $2');
    return tx.query<CaseRecord>(sql, [before ?? maxNumber, limit, ...values]);
  }

  /** Of cases with nothing of weight there is no row. */
  async weights(tx: Transaction, caseIds: readonly number[]): Promise<ReadonlyMap<number, WeightsByKind>> {
    const rows = caseIds.length === 0 ? [] : await tx.query<WeightsByKind>(weightsStatement, [caseIds]);
    return new Map(rows.map((row) => [row.case_id, row]));
  }

  async count(tx: Transaction, filter: CaseFilter): Promise<number> {
    const { sql, values } = listStatement('c.id', filter, 'limit $2');
    const [row] = await tx.query<{ count: string }>(`select count(*) as count from (${sql}) found`, [
      maxNumber,
      null,
      ...values,
    ]);
    return Number(row?.count ?? 0);
  }

  async find(tx: Transaction, id: number): Promise<CaseRecord | null> {
    const [row] = await tx.query<CaseRecord>(`select ${columns} from cases where id = $1`, [id]);
    return row ?? null;
  }

  /** Worst first, those after `after`. */
  async findings(
    tx: Transaction,
    caseId: number,
    limit: number,
    after: readonly [number, string] | null,
  ): Promise<FindingRecord[]> {
    return tx.query<FindingRecord>(
      `select key, state, severity_rank, exception_id, first_seen_at, known_from, detail from findings
        where case_id = $1 and known_until is null and (severity_rank, key) > ($3, $4)
        order by severity_rank, key limit $2`,
      [caseId, limit, ...(after ?? [-1, ''])],
    );
  }

  /** Writes what people say of a case, and gives it; null if there is none. Absent fields stay as they are. */
  async change(
    tx: Transaction,
    id: number,
    change: { readonly owner?: string | null; readonly comment?: string | null; readonly state?: string },
  ): Promise<CaseRecord | null> {
    const [row] = await tx.query<CaseRecord>(
      `update cases
          set owner = case when $2 then $3 else owner end, comment = case when $4 then $5 else comment end,
              state = coalesce($6, state), version = version + 1, updated_at = $7
        where id = $1 returning ${columns}`,
      [
        id,
        change.owner !== undefined,
        change.owner ?? null,
        change.comment !== undefined,
        change.comment ?? null,
        change.state ?? null,
        tx.now,
      ],
    );
    return row ?? null;
  }
}

/** Greatest value of a PostgreSQL integer. */
const maxNumber = 2_147_483_647;
