import { type ClosedAs, type Subject, subjectKey } from '@assay/contracts';
import { AssayError, digestOf, hexOf, noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, caseKey } from './case.js';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import type { Run } from '../runs/run.js';
import type { Leader } from '../runs/run-order.js';

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
  readonly leaders: readonly (Omit<Leader, 'runStartedAt' | 'acceptedAt'> & {
    readonly runStartedAt: string | null;
    readonly acceptedAt: string;
  })[];
  readonly findings_print: string | null;
  readonly judged_at: Date;
  readonly signal_groups: number;
}

const columns = `c.id, c.subject, c.status, c.version, c.critical, c.high, c.medium, c.low, c.unknown, c.kev, c.excluded,
  c.newest_run, c.image_name, c.commit_sha, c.run_url, c.baseline_run, c.baseline_branch, c.closed_as, c.leaders,
  c.findings_print, c.judged_at, c.signal_groups`;

/** The lock stands on the outer side of the join, so that it is taken first, and also where there is no case. */
const lockBySubjects = `
  with barrier as materialized (select pg_advisory_xact_lock_shared($1, hashtext($2))),
  locked as materialized (
    select ${columns}, c.subject_key from cases c where c.subject_key = any($3) order by c.id for update of c
  )
  select l.* from barrier left join locked l on true`;

const make = `
  insert into cases as c (tenant, subject_key, subject, case_key, provider, org, repo, branch, pr_id, image_name,
    status, version, critical, high, medium, low, unknown, kev, excluded, created_at, updated_at, judged_at, closed_as, closed_at)
  select $1, n.subject_key, n.subject, n.case_key, n.provider, n.org, n.repo, n.branch, n.pr_id, n.image_name,
         'RESOLVED', 0, 0, 0, 0, 0, 0, 0, 0, $3, $3, $4, e.closed_as, e.at
    from jsonb_populate_recordset(null::cases, $2::jsonb) n
    left join changes e on e.subject_key = n.subject_key and e.closed_as is not null
   order by n.subject_key
  on conflict (tenant, subject_key) do nothing
  returning ${columns}, c.subject_key`;

/** Cases for those who judge: everything here locks. */
@Injectable()
export class CasesStore {
  /**
   * The cases of these subjects by their keys (`keyOf`), locked until the transaction ends, made where there are none.
   * Judgements of one subject so happen one after another. Behind the same door stands whoever grants or ends exceptions
   * (`lockJudging`): a judgement either knows the exception, or is finished before it is looked for.
   *
   * Known cases are locked in the order of their numbers before new ones are made in the order of their keys, so that
   * nobody waits in a circle.
   * @throws AssayError `cases.overtaken` if somebody else made one of several meanwhile: locking that one now would break
   *   the order, so the caller begins anew
   */
  async lockSubjects(tx: Transaction, subjects: readonly Subject[]): Promise<Map<string, Case>> {
    const wanted = new Map(subjects.map((subject) => [keyOf(subject), subject]));
    const found = new Map<string, Case>();
    for (;;) {
      const missing = [...wanted.keys()].filter((key) => !found.has(key));
      for (const [key, kase] of await this.lockKeys(tx, missing)) found.set(key, kase);
      const unknown = [...wanted].filter(([key]) => !found.has(key));
      if (unknown.length === 0) return found;
      for (const [key, kase] of await this.make(tx, unknown)) found.set(key, kase);
      if (found.size === wanted.size) return found;
      if (wanted.size > 1) {
        const code: CaseEngineErrorCode = 'cases.overtaken';
        throw new AssayError('conflict', code, 'Somebody else has opened the case meanwhile');
      }
    }
  }

  /** The same for one. */
  async lock(tx: Transaction, subject: Subject): Promise<Case> {
    const cases = await this.lockSubjects(tx, [subject]);
    return cases.get(keyOf(subject))!;
  }

  /** The same, null if there is none. */
  async lockKnown(tx: Transaction, subject: Subject): Promise<Case | null> {
    const cases = await this.lockKeys(tx, [keyOf(subject)]);
    return cases.get(keyOf(subject)) ?? null;
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

  private async lockKeys(tx: Transaction, keys: readonly string[]): Promise<Map<string, Case>> {
    const rows = await tx.query<KeyedRow | { readonly id: null }>(lockBySubjects, [judgingLock, tx.tenant, keys]);
    return byKey(rows.filter((row): row is KeyedRow => row.id !== null));
  }

  /** Without those that another transaction has made meanwhile. A number is drawn only here, so that numbers have few gaps. */
  private async make(tx: Transaction, subjects: readonly (readonly [string, Subject])[]): Promise<Map<string, Case>> {
    const rows = subjects.map(([key, subject]) => ({
      subject_key: key,
      subject,
      case_key: caseKey(subject),
      ...('repo' in subject
        ? { provider: subject.provider, org: subject.org, repo: subject.repo }
        : { provider: '', org: '', repo: '' }),
      branch: subject.kind === 'branch' ? subject.branch : '',
      pr_id: subject.kind === 'pr' ? subject.prId : null,
      image_name: subject.kind === 'image' ? subject.imageName : null,
    }));
    return byKey(await tx.query<KeyedRow>(make, [tx.tenant, JSON.stringify(rows), tx.now, new Date(0)]));
  }

  /** Writes several cases' counts, status and version, after an exception was granted or ended. */
  async saveJudgements(tx: Transaction, cases: readonly Case[]): Promise<void> {
    await tx.query(
      `update cases c
          set status = n.status, version = n.version, critical = n.critical, high = n.high, medium = n.medium, low = n.low,
              unknown = n.unknown, kev = n.kev, excluded = n.excluded, judged_at = n.judged_at, updated_at = n.judged_at,
              findings_print = n.findings_print
         from jsonb_populate_recordset(null::cases, $1::jsonb) n
        where c.id = n.id`,
      [JSON.stringify(cases.map(judgementOf))],
    );
  }

  /** Writes what signals have changed of cases of hosts. */
  async saveSignals(tx: Transaction, cases: readonly Case[]): Promise<void> {
    if (cases.length === 0) return;
    await tx.query(
      `update cases c set signal_groups = n.groups, status = n.status, version = n.version, judged_at = n.at, updated_at = n.at
         from unnest($1::integer[], $2::integer[], $3::text[], $4::integer[], $5::timestamptz[])
           as n (id, groups, status, version, at)
        where c.id = n.id`,
      [
        cases.map(({ id }) => id),
        cases.map(({ signalGroups }) => signalGroups),
        cases.map(({ status }) => status),
        cases.map(({ version }) => version),
        cases.map(({ judgedAt }) => judgedAt),
      ],
    );
  }
}

/** Names may be longer than an index row; 64 hexadecimal digits are not. */
export function keyOf(subject: Subject): string {
  return hexOf(digestOf(subjectKey(subject)));
}

/** The columns that a judgement writes. */
export function judgementOf(kase: Case): Record<string, unknown> {
  const { id, status, version, counts, judgedAt, findingsPrint } = kase;
  return { id, status, version, ...counts, judged_at: judgedAt, findings_print: findingsPrint };
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
    leaders: kase.leaders,
  };
}

type KeyedRow = CaseRow & { readonly subject_key: string };

function byKey(rows: readonly KeyedRow[]): Map<string, Case> {
  return new Map(rows.map((row) => [row.subject_key, toCase(row)]));
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
    leaders: row.leaders.map((leader) => ({
      ...leader,
      runStartedAt: leader.runStartedAt === null ? null : new Date(leader.runStartedAt),
      acceptedAt: new Date(leader.acceptedAt),
    })),
    findingsPrint: row.findings_print,
    signalGroups: row.signal_groups,
    judgedAt: row.judged_at,
  };
}
