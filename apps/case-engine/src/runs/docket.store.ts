import type { AppliedException, ToolCounts, Verdict } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from '../exceptions/exception.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';
import { Docket, type DocketedPolicy, type DocketedRun, type FoundBaseline } from './docket.js';
import type { Run, RunDocument } from './run.js';

/** What shall be on a docket. */
export interface DocketOf {
  readonly runKeys: readonly string[];
  readonly runIds: readonly Uuid[];
  /** Keys of the scopes under which exceptions may lie. */
  readonly scopeKeys: readonly string[];
  /** Names under which policies may lie. */
  readonly policyNames: readonly string[];
  readonly baselineIds: readonly Uuid[];
  /** Keys of the branches that pull requests go into. */
  readonly branchKeys: readonly string[];
  /** Commits of such branches that callers named as their base. */
  readonly commits: readonly { readonly branchKey: string; readonly sha: string }[];
}

/** One docket of all that is needed, each thing once. */
export function docketOf(needs: readonly Partial<DocketOf>[]): DocketOf {
  const all = <Value>(of: (need: Partial<DocketOf>) => readonly Value[] | undefined): Value[] => [
    ...new Set(needs.flatMap((need) => of(need) ?? [])),
  ];
  const commits = all(({ commits }) => commits);
  return {
    runKeys: all(({ runKeys }) => runKeys),
    runIds: all(({ runIds }) => runIds),
    scopeKeys: all(({ scopeKeys }) => scopeKeys),
    policyNames: all(({ policyNames }) => policyNames),
    baselineIds: all(({ baselineIds }) => baselineIds),
    branchKeys: all(({ branchKeys }) => branchKeys),
    commits: [...new Map(commits.map((commit) => [JSON.stringify(commit), commit])).values()],
  };
}

const documents = `
  coalesce((select jsonb_agg(jsonb_build_object('tool', d.tool, 'target', d.target, 'scanId', d.scan_id, 'receiptId', d.receipt_id,
      'acceptedAt', d.accepted_at, 'documentDigest', d.document_digest, 'findingsDigest', d.findings_digest,
      'findingsSize', d.findings_size, 'findingsContent', d.findings_content, 'engines', d.engines,
      'components', d.components, 'findingsVersion', d.findings_version) order by d.tool, d.target)
    from run_documents d where d.run_id = r.id), '[]')`;

const load = `
  select
    (select jsonb_agg(jsonb_build_object('id', r.id, 'key', r.run_key, 'origin', r.origin, 'provider', r.provider,
        'runStartedAt', r.run_started_at, 'ciRunId', r.ci_run_id, 'commitSha', r.commit_sha, 'acceptedAt', r.accepted_at,
        'context', r.context, 'contextAt', r.context_at, 'exclusions', r.exclusions, 'exclusionsAt', r.exclusions_at,
        'verdict', r.verdict, 'byTool', r.by_tool, 'applied', r.applied, 'verdictPrint', r.verdict_print,
        'documents', ${documents}))
      from runs r where r.id in (select k.id from runs k where k.run_key = any($1) union select unnest($2::uuid[]))) as runs,
    (select jsonb_agg(to_jsonb(e)) from (select ${exceptionColumns} from exceptions
      where ended_at is null and not proposed and scope_key = any($3) and (expires_at is null or expires_at > $4)
      order by id) e) as exceptions,
    (select jsonb_agg(jsonb_build_object('tenant', p.tenant, 'repo', p.repo, 'policy', p.policy)) from gate_policies p
      where (p.tenant = $6 and p.repo = any($5)) or (p.tenant <> $6 and p.repo = '')) as policies,
    (select jsonb_agg(jsonb_build_object('how', w.how, 'branchKey', w.branch_key, 'sha', w.sha, 'id', r.id,
        'commitSha', r.commit_sha, 'findings', coalesce((
          select jsonb_agg(jsonb_build_object('digest', d.findings_digest, 'content', d.findings_content)
                           order by d.findings_digest)
            from run_documents d where d.run_id = r.id), '[]')))
       from (
         select 'id' as how, null as branch_key, null as sha, i.id from unnest($7::uuid[]) as i(id)
         union all
         select 'newest', c.subject_key, null, c.newest_run from cases c
          where c.subject_key = any($8) and c.newest_run is not null
         union all
         select 'commit', n.branch_key, n.sha, b.id
           from unnest($9::text[], $10::text[]) as n(branch_key, sha)
           join cases c on c.subject_key = n.branch_key
           cross join lateral (select o.id from runs o where o.case_id = c.id and o.commit_sha = n.sha
                                order by o.id desc limit 1) b
       ) w join runs r on r.id = w.id) as baselines`;

interface DocketRow {
  readonly runs: readonly StoredRun[] | null;
  readonly exceptions: readonly ExceptionRow[] | null;
  readonly policies: readonly DocketedPolicy[] | null;
  readonly baselines: readonly FoundBaseline[] | null;
}

/** A run as it lies in its table; times inside JSON are text. */
interface StoredRun extends Pick<Run, 'id' | 'key' | 'origin' | 'provider' | 'ciRunId' | 'commitSha'> {
  readonly runStartedAt: string | null;
  readonly acceptedAt: string;
  readonly context: NonNullable<Run['context']>['value'] | null;
  readonly contextAt: string | null;
  readonly exclusions: readonly Timeless<Exception>[] | null;
  readonly exclusionsAt: string | null;
  readonly verdict: Verdict;
  readonly byTool: Readonly<Record<string, ToolCounts>>;
  readonly applied: readonly AppliedException[];
  readonly verdictPrint: string | null;
  readonly documents: readonly Timeless<RunDocument>[];
}

/** The same with its times as text. */
type Timeless<Value> = {
  readonly [Field in keyof Value]: Value[Field] extends Date
    ? string
    : Value[Field] extends Date | null
      ? string | null
      : Value[Field];
};

/** Reads dockets: one statement, whatever their number of runs. */
@Injectable()
export class DocketStore {
  async load(tx: Transaction, of: DocketOf): Promise<Docket> {
    const [row] = await tx.query<DocketRow>(load, [
      of.runKeys,
      of.runIds,
      of.scopeKeys,
      tx.now,
      of.policyNames,
      tx.tenant,
      of.baselineIds,
      of.branchKeys,
      of.commits.map(({ branchKey }) => branchKey),
      of.commits.map(({ sha }) => sha),
    ]);
    const { runs, exceptions, policies, baselines } = row!;
    return new Docket({
      tenant: tx.tenant,
      runs: (runs ?? []).map(toDocketedRun),
      exceptions: (exceptions ?? []).map(toException),
      policies: policies ?? [],
      baselines: baselines ?? [],
    });
  }
}

function toDocketedRun(stored: StoredRun): DocketedRun {
  const { context, contextAt, exclusions, exclusionsAt, verdict, byTool, applied, verdictPrint, ...rest } = stored;
  const { counts, gate, verdict: answer, reasons, newInThisChange } = verdict;
  return {
    verdictPrint,
    outcome: { counts, byTool, applied, decision: { gate, verdict: answer, reasons, newInThisChange } },
    run: {
      ...rest,
      runStartedAt: dateOf(stored.runStartedAt),
      acceptedAt: new Date(stored.acceptedAt),
      documents: stored.documents.map((each) => ({ ...each, acceptedAt: new Date(each.acceptedAt) })),
      context: context && { value: context, acceptedAt: new Date(contextAt ?? stored.acceptedAt) },
      exclusions: exclusions && {
        value: exclusions.map((each) => ({
          ...each,
          expiresAt: dateOf(each.expiresAt),
          grantedAt: new Date(each.grantedAt),
        })),
        acceptedAt: new Date(exclusionsAt ?? stored.acceptedAt),
      },
    },
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
