import type { AppliedException, Finding, Origin, ToolCounts, Verdict } from '@assay/contracts';
import type { Digest, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { State } from '../findings/judgement.js';
import type { FindingsRef } from '../findings/read-findings.service.js';
import type { Exception } from './exception.js';

/** The run that a case stands by, as far as judging it anew needs it. */
export interface NewestRun {
  readonly caseId: number;
  readonly id: Uuid;
  readonly origin: Origin;
  readonly verdict: Verdict;
  readonly policy: unknown;
  /** The exceptions that came with it and were not refused; they hold for it alone. */
  readonly own: readonly Exception[];
  readonly exclusionsRefused: boolean;
  readonly engines: readonly string[];
  /** Findings documents of what its case is compared with; null where it is compared with nothing. */
  readonly baseline: readonly FindingsRef[] | null;
}

/** A finding that a case has now. */
export interface StandingFinding {
  readonly caseId: number;
  readonly finding: Finding;
  readonly state: State;
  readonly exceptionId: Uuid | null;
}

/** What a run came to when it was judged anew. */
export interface RedecidedRun {
  readonly id: Uuid;
  readonly verdict: Verdict;
  readonly byTool: Readonly<Record<string, ToolCounts>>;
  readonly applied: readonly AppliedException[];
}

interface NewestRunRow {
  readonly case_id: number;
  readonly id: Uuid;
  readonly origin: Origin;
  readonly verdict: Verdict;
  readonly policy: unknown;
  readonly exclusions: readonly OwnException[] | null;
  readonly exclusions_refused: boolean;
  readonly engines: readonly string[] | null;
  readonly baseline: readonly { digest: Digest; content: Digest | null }[] | null;
}

/** Times inside JSON are text. */
type OwnException = Omit<Exception, 'expiresAt' | 'grantedAt'> & {
  readonly expiresAt: string | null;
  readonly grantedAt: string;
};

/** SQL for judging newest runs anew, many cases at once. */
@Injectable()
export class RejudgedRunsStore {
  async newestOf(tx: Transaction, caseIds: readonly number[]): Promise<ReadonlyMap<number, NewestRun>> {
    const rows = await tx.query<NewestRunRow>(
      `select c.id as case_id, r.id, r.origin, r.verdict, r.policy, r.exclusions, r.exclusions_refused,
              (select jsonb_agg(distinct e.value ->> 'name')
                 from run_documents d cross join lateral jsonb_array_elements(d.engines) e where d.run_id = r.id) as engines,
              (select jsonb_agg(jsonb_build_object('digest', d.findings_digest, 'content', d.findings_content))
                 from run_documents d where d.run_id = c.baseline_run) as baseline
         from cases c join runs r on r.id = c.newest_run where c.id = any($1::integer[])`,
      [caseIds],
    );
    return new Map(rows.map((row) => [row.case_id, toNewestRun(row)]));
  }

  /** All that these cases have now. */
  async standing(tx: Transaction, caseIds: readonly number[]): Promise<StandingFinding[]> {
    const rows = await tx.query<{
      case_id: number;
      key: string;
      grp: Uuid | null;
      state: State;
      exception_id: Uuid | null;
      detail: Finding;
    }>(
      `select case_id, key, grp, state, exception_id, detail from findings
        where case_id = any($1::integer[]) and known_until is null order by case_id, severity_rank, key`,
      [caseIds],
    );
    return rows.map(({ case_id: caseId, key, grp, state, exception_id: exceptionId, detail }) => ({
      caseId,
      finding: { ...detail, key, group: grp },
      state,
      exceptionId,
    }));
  }

  /** Writes them. What they were judged from is not their documents alone any more, so the fingerprint of that goes. */
  async save(tx: Transaction, runs: readonly RedecidedRun[]): Promise<void> {
    await tx.query(
      `update runs r
          set verdict = n.verdict, by_tool = n."byTool", applied = n.applied, verdict_print = null,
              critical = (n.verdict #>> '{counts,critical}')::integer, high = (n.verdict #>> '{counts,high}')::integer,
              medium = (n.verdict #>> '{counts,medium}')::integer, low = (n.verdict #>> '{counts,low}')::integer,
              unknown = (n.verdict #>> '{counts,unknown}')::integer, kev = (n.verdict #>> '{counts,kev}')::integer,
              excluded = (n.verdict #>> '{counts,excluded}')::integer
         from jsonb_to_recordset($1::jsonb) as n(id uuid, verdict jsonb, "byTool" jsonb, applied jsonb)
        where r.id = n.id`,
      [JSON.stringify(runs)],
    );
  }
}

function toNewestRun(row: NewestRunRow): NewestRun {
  const own = row.exclusions_refused ? [] : (row.exclusions ?? []);
  return {
    caseId: row.case_id,
    id: row.id,
    origin: row.origin,
    verdict: row.verdict,
    policy: row.policy,
    own: own.map((each) => ({
      ...each,
      expiresAt: each.expiresAt === null ? null : new Date(each.expiresAt),
      grantedAt: new Date(each.grantedAt),
    })),
    exclusionsRefused: row.exclusions_refused,
    engines: row.engines ?? [],
    baseline: row.baseline,
  };
}
