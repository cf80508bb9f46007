import type { Subject, Verdict } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Case } from '../cases/case.js';
import { judgementOf, newestRunOf } from '../cases/cases.store.js';
import type { GatePolicy } from '../gate/gate-policy.js';
import type { Outcome } from './docket.js';
import type { Run, RunDocument } from './run.js';

/** A run as it is written after it was judged. */
export interface JudgedRun {
  readonly run: Run;
  readonly subject: Subject | null;
  readonly caseId: number | null;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  readonly policy: GatePolicy;
  readonly exclusionsRefused: boolean;
  readonly verdictPrint: string;
  /** Whether it was older than the newest run when it came. */
  readonly late: boolean;
  /** The documents to be written with the run: those that are new to it. */
  readonly taken: readonly RunDocument[];
}

/** A case that stands by a run from now on, or only knows more runs than before. */
export interface JudgedCase {
  readonly case: Case;
  readonly newest: Run | null;
}

const runColumns = `id, tenant, run_key, case_id, subject, origin, provider, org, repo, branch, pr_id, commit_sha, ci_run_id,
  run_started_at, accepted_at, recorded_at, late, critical, high, medium, low, unknown, kev, excluded, verdict, policy,
  context, context_at, exclusions, exclusions_at, exclusions_refused, by_tool, applied, verdict_print`;

const documentColumns = `tenant, run_id, tool, target, scan_id, receipt_id, accepted_at, document_digest, findings_digest,
  findings_size, findings_content, engines, components, findings_version`;

const save = `
  with saved_runs as (
    insert into runs (${runColumns})
    select ${runColumns} from jsonb_populate_recordset(null::runs, $1::jsonb)
    on conflict (tenant, run_key) do update
      set origin = excluded.origin, run_started_at = excluded.run_started_at, accepted_at = excluded.accepted_at,
          late = excluded.late, critical = excluded.critical, high = excluded.high, medium = excluded.medium,
          low = excluded.low, unknown = excluded.unknown, kev = excluded.kev, excluded = excluded.excluded,
          verdict = excluded.verdict, policy = excluded.policy, context = excluded.context,
          context_at = excluded.context_at, exclusions = excluded.exclusions, exclusions_at = excluded.exclusions_at,
          exclusions_refused = excluded.exclusions_refused, by_tool = excluded.by_tool, applied = excluded.applied,
          verdict_print = excluded.verdict_print
  ), saved_documents as (
    insert into run_documents (${documentColumns})
    select ${documentColumns} from jsonb_populate_recordset(null::run_documents, $2::jsonb)
    on conflict (tenant, run_id, tool, target) do update
      set scan_id = excluded.scan_id, receipt_id = excluded.receipt_id, accepted_at = excluded.accepted_at,
          document_digest = excluded.document_digest, findings_digest = excluded.findings_digest,
          findings_size = excluded.findings_size, findings_content = excluded.findings_content,
          engines = excluded.engines, components = excluded.components, findings_version = excluded.findings_version
  )
  update cases c
     set status = n.status, version = n.version, critical = n.critical, high = n.high, medium = n.medium, low = n.low,
         unknown = n.unknown, kev = n.kev, excluded = n.excluded, judged_at = n.judged_at, updated_at = n.judged_at,
         newest_run = n.newest_run, branch = n.branch, target_branch = n.target_branch, image_name = n.image_name,
         commit_sha = n.commit_sha, ci_run_id = n.ci_run_id, run_url = n.run_url, image_digest = n.image_digest,
         baseline_run = n.baseline_run, baseline_branch = n.baseline_branch, closed_as = n.closed_as,
         findings_print = n.findings_print, leaders = n.leaders
    from jsonb_populate_recordset(null::cases, $3::jsonb) n
   where c.id = n.id`;

const saveLeaders = `
  update cases c set leaders = n.leaders from jsonb_populate_recordset(null::cases, $1::jsonb) n where c.id = n.id`;

/** Runs for those who judge: one statement writes all that was decided. */
@Injectable()
export class RunsStore {
  /** Writes judged runs, each once, their new documents, and the cases that stand by them. */
  async save(tx: Transaction, runs: readonly JudgedRun[], cases: readonly JudgedCase[]): Promise<void> {
    const standing = cases.flatMap(({ case: kase, newest }) =>
      newest === null ? [] : [{ ...judgementOf(kase), ...newestRunOf(kase, newest) }],
    );
    await tx.query(save, [
      JSON.stringify(runs.map((each) => runRow(tx, each))),
      JSON.stringify(runs.flatMap(({ run, taken }) => taken.map((document) => documentRow(tx, run.id, document)))),
      JSON.stringify(standing),
    ]);
    const others = cases.flatMap(({ case: { id, leaders }, newest }) => (newest === null ? [{ id, leaders }] : []));
    if (others.length > 0) await tx.query(saveLeaders, [JSON.stringify(others)]);
  }
}

function runRow(tx: Transaction, judged: JudgedRun): object {
  const { run, subject, caseId, outcome, verdict, policy, late, exclusionsRefused, verdictPrint } = judged;
  const { origin, context, exclusions } = run;
  return {
    id: run.id,
    tenant: tx.tenant,
    run_key: run.key,
    case_id: caseId,
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
    ...outcome.counts,
    verdict,
    policy,
    context: context?.value,
    context_at: context?.acceptedAt,
    exclusions: exclusions?.value,
    exclusions_at: exclusions?.acceptedAt,
    exclusions_refused: exclusionsRefused,
    by_tool: outcome.byTool,
    applied: outcome.applied,
    verdict_print: verdictPrint,
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
    findings_size: document.findingsSize,
    findings_content: document.findingsContent,
    engines: document.engines,
    components: document.components,
    findings_version: document.findingsVersion,
  };
}
