import { type ArtifactRef, type Origin, type Subject, subjectKey, type Verdict } from '@assay/contracts';
import { digestOf, hexOf, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case } from '../cases/case.js';
import { judgementOf, newestRunOf } from '../cases/cases.store.js';
import { type Exception, type Place, scopeKeysOf } from '../exceptions/exception.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';
import type { JudgedCounts } from '../findings/judgement.js';
import { type GatePolicy, nativePolicy, policyNamesOf, readGatePolicy } from '../gate/gate-policy.js';
import type { Run, RunDocument, RunOrder } from './run.js';

/** A run that a pull request is compared with. */
export interface BaselineRun {
  readonly id: Uuid;
  readonly commitSha: string | null;
  readonly findings: readonly ArtifactRef['digest'][];
}

/** Everything that judging one run needs to know beside its findings, read in one go under the case's lock. */
export interface JudgingContext {
  /** Null if no document of it was recorded before. */
  readonly run: Run | null;
  /** The case's newest run, null before the first. */
  readonly newest: RunOrder | null;
  readonly exceptions: readonly Exception[];
  readonly policy: GatePolicy;
  /** What a pull request could be compared with. */
  readonly baselines: {
    readonly pinned: BaselineRun | null;
    /** The target branch's run at the commit that the caller named. */
    readonly named: BaselineRun | null;
    readonly newest: BaselineRun | null;
  };
}

/** Of which run, for which case. */
export interface JudgingOf {
  readonly case: Case | null;
  readonly runKey: string;
  readonly place: Place;
  readonly targetBranch: string | null;
  readonly baseSha: string | null;
}

/** A run as it is written after it was judged. */
export interface JudgedRun {
  readonly run: Run;
  readonly subject: Subject | null;
  readonly case: Case | null;
  readonly counts: JudgedCounts;
  readonly verdict: Verdict;
  readonly policy: GatePolicy;
  /** Whether it was older than the newest run when it came. */
  readonly late: boolean;
  readonly entered: RunDocument | null;
}

const documentsOf = (run: string): string => `
  coalesce((select jsonb_agg(jsonb_build_object('tool', d.tool, 'target', d.target, 'scanId', d.scan_id, 'receiptId', d.receipt_id,
      'acceptedAt', d.accepted_at, 'documentDigest', d.document_digest, 'findingsDigest', d.findings_digest,
      'components', d.components, 'findingsVersion', d.findings_version) order by d.tool, d.target)
    from run_documents d where d.run_id = ${run}), '[]')`;

const runObject = `jsonb_build_object('id', r.id, 'key', r.run_key, 'origin', r.origin, 'provider', r.provider,
  'runStartedAt', r.run_started_at, 'ciRunId', r.ci_run_id, 'commitSha', r.commit_sha, 'acceptedAt', r.accepted_at`;

const baselineObject = `(select jsonb_build_object('id', r.id, 'commitSha', r.commit_sha, 'findings',
    coalesce((select jsonb_agg(d.findings_digest order by d.findings_digest) from run_documents d where d.run_id = r.id), '[]'))
  from runs r where `;

const loadContext = `
  select
    (select ${runObject}, 'documents', ${documentsOf('r.id')}) from runs r where r.run_key = $1) as run,
    (select ${runObject}) from runs r where r.id = $2) as newest,
    (select jsonb_agg(to_jsonb(e)) from (select ${exceptionColumns} from exceptions
      where ended_at is null and not proposed and scope_key = any($3) and (expires_at is null or expires_at > $4)) e) as exceptions,
    (select p.policy from gate_policies p join unnest($5::text[]) with ordinality as n(name, width) on p.repo = n.name
      where p.tenant = $6 or p.repo = '' order by (p.tenant = $6) desc, n.width limit 1) as policy,
    ${baselineObject} r.id = $7) as pinned,
    ${baselineObject} r.id = (select b.id from runs b join cases c on c.id = b.case_id
      where $9::text is not null and c.subject_key = $8 and b.commit_sha = $9 order by b.id desc limit 1)) as named,
    ${baselineObject} r.id = (select c.newest_run from cases c where c.subject_key = $8)) as branch_newest`;

interface ContextRow {
  readonly run: StoredRun | null;
  readonly newest: StoredRun | null;
  readonly exceptions: readonly ExceptionRow[] | null;
  readonly policy: unknown;
  readonly pinned: BaselineRun | null;
  readonly named: BaselineRun | null;
  readonly branch_newest: BaselineRun | null;
}

/** Times inside JSON are text. */
interface StoredRun {
  readonly id: Uuid;
  readonly key: string;
  readonly origin: Origin;
  readonly provider: string;
  readonly runStartedAt: string | null;
  readonly ciRunId: string | null;
  readonly commitSha: string | null;
  readonly acceptedAt: string;
  readonly documents?: readonly (Omit<RunDocument, 'acceptedAt'> & { readonly acceptedAt: string })[];
}

const saveRun = `
  with saved_run as (
    insert into runs select n.* from jsonb_populate_record(null::runs, $1::jsonb) n
    on conflict (tenant, run_key) do update
      set origin = excluded.origin, run_started_at = excluded.run_started_at, accepted_at = excluded.accepted_at,
          late = excluded.late, critical = excluded.critical, high = excluded.high, medium = excluded.medium,
          low = excluded.low, unknown = excluded.unknown, kev = excluded.kev, excluded = excluded.excluded,
          verdict = excluded.verdict, policy = excluded.policy
  ), saved_document as (
    insert into run_documents select n.* from jsonb_populate_record(null::run_documents, $2::jsonb) n where n.run_id is not null
    on conflict (tenant, run_id, tool, target) do update
      set scan_id = excluded.scan_id, receipt_id = excluded.receipt_id, accepted_at = excluded.accepted_at,
          document_digest = excluded.document_digest, findings_digest = excluded.findings_digest,
          components = excluded.components, findings_version = excluded.findings_version
  )
  update cases c
     set status = n.status, version = n.version, critical = n.critical, high = n.high, medium = n.medium, low = n.low,
         unknown = n.unknown, kev = n.kev, excluded = n.excluded, judged_at = n.judged_at, updated_at = n.judged_at,
         newest_run = n.newest_run, branch = n.branch, target_branch = n.target_branch, image_name = n.image_name,
         commit_sha = n.commit_sha, ci_run_id = n.ci_run_id, run_url = n.run_url, image_digest = n.image_digest,
         baseline_run = n.baseline_run, baseline_branch = n.baseline_branch, closed_as = n.closed_as,
         closed_at = case when n.closed_as is null then null else c.closed_at end
    from jsonb_populate_record(null::cases, $3::jsonb) n
   where c.id = n.id`;

/** Runs for those who judge: one statement to read all that is needed, one to write all that was decided. */
@Injectable()
export class RunsStore {
  async load(tx: Transaction, of: JudgingOf): Promise<JudgingContext> {
    const { subject } = of.place;
    const [row] = await tx.query<ContextRow>(loadContext, [
      of.runKey,
      of.case?.newestRun ?? null,
      scopeKeysOf(of.place),
      tx.now,
      policyNamesOf(subject),
      tx.tenant,
      of.case?.baseline.runId ?? null,
      targetKey(subject, of.targetBranch),
      of.baseSha,
    ]);
    const { run, newest, exceptions, policy, pinned, named, branch_newest } = row!;
    return {
      run: run && toRun(run),
      newest: newest && toRun(newest),
      exceptions: (exceptions ?? []).map(toException),
      policy: policy === null ? nativePolicy : readGatePolicy(policy),
      baselines: { pinned, named, newest: branch_newest },
    };
  }

  /** The run with this id, of this case, and its documents. */
  async find(tx: Transaction, id: Uuid): Promise<Run | null> {
    const [row] = await tx.query<{ run: StoredRun }>(
      `select ${runObject}, 'documents', ${documentsOf('r.id')}) as run from runs r where r.id = $1`,
      [id],
    );
    return row === undefined ? null : toRun(row.run);
  }

  /** Writes run, document and, if the run is the newest, case. */
  async save(tx: Transaction, judged: JudgedRun): Promise<void> {
    const { run, case: kase, entered, late } = judged;
    await tx.query(saveRun, [
      JSON.stringify(runRow(tx, judged)),
      entered && JSON.stringify(documentRow(tx, run.id, entered)),
      kase === null || late ? null : JSON.stringify({ ...judgementOf(kase), ...newestRunOf(kase, run) }),
    ]);
  }
}

/** The key of the branch that a pull request goes into. */
function targetKey(subject: Subject | null, targetBranch: string | null): string | null {
  if (subject?.kind !== 'pr' || targetBranch === null) return null;
  const { provider, org, repo } = subject;
  return hexOf(digestOf(subjectKey({ kind: 'branch', provider, org, repo, branch: targetBranch })));
}

function runRow(tx: Transaction, { run, subject, case: kase, counts, verdict, policy, late }: JudgedRun): object {
  const { origin } = run;
  return {
    id: run.id,
    tenant: tx.tenant,
    run_key: run.key,
    case_id: kase?.id ?? null,
    subject,
    origin,
    provider: origin.provider,
    org: origin.org,
    repo: origin.repo ?? '',
    branch: origin.branch ?? '',
    pr_id: origin.prId,
    commit_sha: origin.commitSha,
    ci_run_id: origin.runId,
    run_started_at: run.runStartedAt,
    accepted_at: run.acceptedAt,
    recorded_at: tx.now,
    late,
    ...counts,
    verdict,
    policy,
  };
}

function documentRow(tx: Transaction, runId: Uuid, document: RunDocument): object {
  return {
    tenant: tx.tenant,
    run_id: runId,
    tool: document.tool,
    target: document.target,
    scan_id: document.scanId,
    receipt_id: document.receiptId,
    accepted_at: document.acceptedAt,
    document_digest: document.documentDigest,
    findings_digest: document.findingsDigest,
    components: document.components,
    findings_version: document.findingsVersion,
  };
}

function toRun(stored: StoredRun): Run {
  const { runStartedAt, acceptedAt, documents = [], ...rest } = stored;
  return {
    ...rest,
    runStartedAt: runStartedAt === null ? null : new Date(runStartedAt),
    acceptedAt: new Date(acceptedAt),
    documents: documents.map((document) => ({ ...document, acceptedAt: new Date(document.acceptedAt) })),
  };
}
