import { type ClosedAs, type Subject, subjectKey } from '@assay/contracts';
import { digestOf, hexOf, noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, caseKey } from './case.js';
import type { Run } from '../runs/run.js';

/** First half of the key of the lock between judging and granting (`JUDG`); the second is a hash of the tenant. */
const judgingLock = 0x4a554447;

interface CaseRow extends SeverityCounts {
  readonly id: number;
  readonly subject: Subject;
  readonly status: Case['status'];
  readonly version: number;
  readonly kev: number;
  readonly excluded: number;
  readonly newest_run: Uuid | null;
  readonly image_name: string | null;
  readonly commit_sha: string | null;
  readonly run_url: string | null;
  readonly baseline_run: Uuid | null;
  readonly baseline_branch: string | null;
  readonly closed_as: ClosedAs | null;
  readonly judged_at: Date;
}

const columns = `c.id, c.subject, c.status, c.version, c.critical, c.high, c.medium, c.low, c.unknown, c.kev, c.excluded,
  c.newest_run, c.image_name, c.commit_sha, c.run_url, c.baseline_run, c.baseline_branch, c.closed_as, c.judged_at`;

const lockBySubject = `
  with barrier as materialized (select pg_advisory_xact_lock_shared($1, hashtext($2)))
  select ${columns} from barrier, cases c where c.subject_key = $3 for update of c`;

/** Cases for those who judge: everything here locks. */
@Injectable()
export class CasesStore {
  /**
   * The case of a subject, locked until the transaction ends, made if there is none. Judgements of one subject so happen
   * one after another. Behind the same door stands whoever grants or ends exceptions (`lockJudging`): a judgement either
   * knows the exception, or is finished before it is looked for.
   */
  async lock(tx: Transaction, subject: Subject): Promise<Case> {
    for (;;) {
      const kase = (await this.lockKnown(tx, subject)) ?? (await this.make(tx, subject));
      if (kase !== null) return kase;
    }
  }

  /** The same, null if there is none. */
  async lockKnown(tx: Transaction, subject: Subject): Promise<Case | null> {
    const [row] = await tx.query<CaseRow>(lockBySubject, [judgingLock, tx.tenant, keyOf(subject)]);
    return row === undefined ? null : toCase(row);
  }

  /** The same for documents that belong to no case: they too are judged by the exceptions of the tenant. */
  async lockNone(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock_shared($1, hashtext($2))', [judgingLock, tx.tenant]);
  }

  /** Keeps the tenant's judgements out until the transaction ends, and waits for those that are under way. */
  async lockJudging(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1, hashtext($2))', [judgingLock, tx.tenant]);
  }

  /** These cases, locked in the order of their numbers, so that nobody waits in a circle. */
  async lockAll(tx: Transaction, ids: readonly number[]): Promise<Case[]> {
    const rows = await tx.query<CaseRow>(
      `select ${columns} from cases c where c.id = any($1::integer[]) order by c.id for update`,
      [ids],
    );
    return rows.map(toCase);
  }

  /** Null if another transaction has made it meanwhile. A number is drawn only here, so that numbers have few gaps. */
  private async make(tx: Transaction, subject: Subject): Promise<Case | null> {
    const { provider, org, repo } = 'repo' in subject ? subject : { provider: '', org: '', repo: '' };
    const [row] = await tx.query<CaseRow>(
      `insert into cases as c (tenant, subject_key, subject, case_key, provider, org, repo, branch, pr_id, image_name,
         status, version, critical, high, medium, low, unknown, kev, excluded, created_at, updated_at, judged_at, closed_as, closed_at)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'RESOLVED', 0, 0, 0, 0, 0, 0, 0, 0, $11, $11, $12, e.closed_as, e.at
         from (select) nothing left join changes e on e.subject_key = $2 and e.closed_as is not null
       on conflict (tenant, subject_key) do nothing
       returning ${columns}`,
      [
        tx.tenant,
        keyOf(subject),
        JSON.stringify(subject),
        caseKey(subject),
        provider,
        org,
        repo,
        subject.kind === 'branch' ? subject.branch : '',
        subject.kind === 'pr' ? subject.prId : null,
        subject.kind === 'image' ? subject.imageName : null,
        tx.now,
        new Date(0),
      ],
    );
    return row === undefined ? null : toCase(row);
  }

  /** Writes several cases' counts, status and version, after an exception was granted or ended. */
  async saveJudgements(tx: Transaction, cases: readonly Case[]): Promise<void> {
    await tx.query(
      `update cases c
          set status = n.status, version = n.version, critical = n.critical, high = n.high, medium = n.medium, low = n.low,
              unknown = n.unknown, kev = n.kev, excluded = n.excluded, judged_at = n.judged_at, updated_at = n.judged_at
         from jsonb_populate_recordset(null::cases, $1::jsonb) n
        where c.id = n.id`,
      [JSON.stringify(cases.map(judgementOf))],
    );
  }
}

/** Names may be longer than an index row; 64 hexadecimal digits are not. */
export function keyOf(subject: Subject): string {
  return hexOf(digestOf(subjectKey(subject)));
}

/** The columns that a judgement writes. */
export function judgementOf(kase: Case): Record<string, unknown> {
  const { id, status, version, counts, judgedAt } = kase;
  return { id, status, version, ...counts, judged_at: judgedAt };
}

/** The columns that come from the newest run. */
export function newestRunOf(kase: Case, run: Run): Record<string, unknown> {
  const { origin } = run;
  return {
    newest_run: run.id,
    branch: origin.branch ?? '',
    target_branch: origin.targetBranch,
    image_name: kase.imageName,
    commit_sha: origin.commitSha,
    ci_run_id: origin.runId,
    run_url: origin.runUrl,
    image_digest: origin.imageDigest,
    baseline_run: kase.baseline.runId,
    baseline_branch: kase.baseline.branch,
    closed_as: kase.closedAs,
  };
}

function toCase(row: CaseRow): Case {
  const { critical, high, medium, low, unknown, kev, excluded } = row;
  return {
    id: row.id,
    subject: row.subject,
    status: row.status,
    version: row.version,
    counts: { ...noCounts(), critical, high, medium, low, unknown, kev, excluded },
    newestRun: row.newest_run,
    imageName: row.image_name,
    commitSha: row.commit_sha,
    runUrl: row.run_url,
    baseline: { runId: row.baseline_run, branch: row.baseline_branch },
    closedAs: row.closed_as,
    judgedAt: row.judged_at,
  };
}
