import type { AppliedException, Finding, Verdict } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from '../exceptions/exception.js';
import { countByTool } from '../findings/count-by-tool.js';
import { FindingsStore } from '../findings/findings.store.js';
import {
  compare,
  countsOf,
  type Difference,
  isEmpty,
  judge,
  type Judged,
  type Known,
  knownOf,
} from '../findings/judgement.js';
import { type FindingsRef, ReadFindings } from '../findings/read-findings.service.js';
import { unionOf } from '../findings/union.js';
import { decideGate } from '../gate/decide-gate.js';
import { findingsRefOf, type Outcome } from '../runs/docket.js';
import { componentsOf, type RunDocument } from '../runs/run.js';
import { type JudgedRun, RunsStore } from '../runs/runs.store.js';
import { evolve, nextMoment } from './case.js';
import { hasOtherLeaders, leftBy, type PlannedJudgement } from './plan-judgement.js';
import { type Announcement, PublishJudgement } from './publish-judgement.service.js';

/** A run that was judged, and the answer to whoever asked. */
export interface JudgedPlan {
  readonly planned: PlannedJudgement;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
}

/** What a judgement means to its case, to be written and said. */
interface Change {
  readonly planned: PlannedJudgement;
  readonly difference: Difference;
  readonly at: Date;
  readonly said: Omit<Announcement, 'resolved' | 'again'> | null;
}

/**
 * Judges runs that were planned, in their order: applies exceptions, opens or changes cases, decides the gate, and writes
 * and says all of it. The number of statements does not grow with the runs, unless several of one case differ. What was
 * planned as unchanged or the same as another run is not looked at again.
 */
@Injectable()
export class JudgeRuns {
  constructor(
    private readonly runs: RunsStore,
    private readonly findings: FindingsStore,
    private readonly readFindings: ReadFindings,
    private readonly publish: PublishJudgement,
  ) {}

  async execute(tx: Transaction, all: readonly PlannedJudgement[]): Promise<JudgedPlan[]> {
    const known = await this.knownOfCases(tx, all);
    const judged: JudgedPlan[] = [];
    const changes: Change[] = [];
    for (const planned of all) {
      const findings = needsFindings(planned) ? await this.judgedFindings(tx, planned) : null;
      const outcome = planned.same?.outcome ?? (await this.outcomeOf(tx, planned, findings!));
      planned.docketed.outcome = outcome;
      const change = changeOf(tx, planned, findings, outcome, known);
      if (change !== null) changes.push(change);
      judged.push({ planned, outcome, verdict: verdictOf(planned, outcome) });
    }
    await this.record(tx, changes);
    await this.save(tx, judged);
    return judged;
  }

  /** What is open of the cases of which something may be different. */
  private async knownOfCases(
    tx: Transaction,
    all: readonly PlannedJudgement[],
  ): Promise<Map<number, readonly Known[]>> {
    const differing = all.filter(({ late, unchanged }) => !late && !unchanged);
    const ids = new Set(differing.flatMap(({ standing }) => (standing === null ? [] : [standing.case.id])));
    return ids.size === 0 ? new Map() : this.findings.openOf(tx, [...ids]);
  }

  private async judgedFindings(tx: Transaction, { run, exceptions, place }: PlannedJudgement): Promise<Judged[]> {
    const found = await this.read(tx, run.documents.map(findingsRefOf));
    return judge(unionOf(found), exceptions, place, tx.now);
  }

  private async outcomeOf(tx: Transaction, planned: PlannedJudgement, judged: readonly Judged[]): Promise<Outcome> {
    const { policy, subject, run, baseline, exceptions, exclusionsRefused } = planned;
    const known = baseline && (await this.read(tx, baseline.findings)).flatMap((each) => each.map(({ key }) => key));
    const { targetBranch } = run.origin;
    return {
      counts: countsOf(judged),
      byTool: countByTool(judged, enginesOf(run.documents)),
      decision: decideGate({
        policy,
        subject,
        targetBranch,
        judged,
        baseline: known && new Set(known),
        exclusionsRefused,
      }),
      applied: appliedOf(judged, exceptions),
    };
  }

  private read(tx: Transaction, refs: readonly FindingsRef[]): Promise<ReadonlyArray<readonly Finding[]>> {
    return Promise.all(refs.map((ref) => this.readFindings.execute(tx.tenant, ref)));
  }

  /** Writes intervals, of each case one difference after the other, and says what changed. */
  private async record(tx: Transaction, changes: readonly Change[]): Promise<void> {
    for (let left = changes; left.length > 0;) {
      const round = left.filter(({ planned }, at) => left.findIndex((each) => ofOneCase(each.planned, planned)) === at);
      left = left.filter((each) => !round.includes(each));
      const recorded = await this.findings.recordByCase(
        tx,
        round.flatMap(({ planned: { standing }, difference, at }) =>
          standing === null ? [] : [{ caseId: standing.case.id, difference, at }],
        ),
      );
      for (const { planned, said } of round) {
        if (said === null) continue;
        const { gone = [], again } = (planned.standing && recorded.get(planned.standing.case.id)) ?? {};
        await this.publish.execute(tx, { ...said, resolved: gone, again });
      }
    }
  }

  /** Each run once, as it is now, with all that is new to it, and each case once. */
  private async save(tx: Transaction, judged: readonly JudgedPlan[]): Promise<void> {
    const byRun = Map.groupBy(judged, ({ planned }) => planned.run.id);
    const runs = [...byRun.values()].map((plans): JudgedRun => {
      const { planned, outcome, verdict } = plans.at(-1)!;
      const taken = new Set(plans.flatMap((each) => each.planned.taken.map(slotOf)));
      return {
        run: planned.run,
        subject: planned.subject,
        caseId: planned.standing?.case.id ?? null,
        outcome,
        verdict,
        policy: planned.policy,
        exclusionsRefused: planned.exclusionsRefused,
        verdictPrint: planned.docketed.verdictPrint,
        late: planned.late,
        taken: planned.run.documents.filter((document) => taken.has(slotOf(document))),
      };
    });
    const standings = new Set(judged.flatMap(({ planned: { standing } }) => standing ?? []));
    const leadersDiffer = new Set([...standings].filter(hasOtherLeaders).map((standing) => standing.case.id));
    const cases = [...standings].map((standing) => ({ case: leftBy(standing), newest: standing.newest }));
    await this.runs.save(
      tx,
      runs,
      cases.filter(({ case: { id }, newest }) => newest !== null || leadersDiffer.has(id)),
    );
  }
}

/** A change is judged by its findings unless nothing of it can be different from what is known. */
function needsFindings({ same, unchanged, late, standing }: PlannedJudgement): boolean {
  return same?.outcome == null || (!unchanged && !late) || standing === null;
}

/** Lets the case follow, in memory; null where there is nothing to be written or said. */
function changeOf(
  tx: Transaction,
  planned: PlannedJudgement,
  judged: readonly Judged[] | null,
  { counts }: Outcome,
  known: Map<number, readonly Known[]>,
): Change | null {
  const { standing, run, occasion, late, unchanged, repeated } = planned;
  const about = {
    because: occasion.because,
    run: { id: run.id, commitSha: run.commitSha, runUrl: run.origin.runUrl },
    receiptId: occasion.receiptId,
    event: occasion.event,
    counts,
  };
  if (standing === null) {
    const difference = compare([], judged ?? []);
    const { opened, excepted } = difference;
    return { planned, difference, at: tx.now, said: { ...about, case: null, opened, excepted } };
  }
  if (late || repeated) return null;
  const before = standing.case;
  const difference =
    unchanged || judged === null
      ? nothing
      : compare(known.get(before.id) ?? [], judged, new Set(enginesOf(run.documents)));
  if (!unchanged && judged !== null) known.set(before.id, judged.map(knownOf));
  const at = nextMoment(before.judgedAt, tx.now);
  const after = evolve(before, { counts, findingsChanged: !isEmpty(difference) }, run, at);
  standing.case = { ...after, baseline: { runId: planned.baseline?.id ?? null, branch: run.origin.targetBranch } };
  standing.newest = run;
  const { opened, excepted } = difference;
  const reopened = before.closedAs === after.closedAs ? {} : { closedAs: after.closedAs };
  const said = after.version === before.version ? null : { ...about, ...reopened, case: after, opened, excepted };
  return said === null && isEmpty(difference) ? null : { planned, difference, at, said };
}

const nothing: Difference = { ending: [], beginning: [], renamed: [], opened: [], excepted: [] };

function verdictOf({ run, standing, baseline }: PlannedJudgement, { counts, decision }: Outcome): Verdict {
  return {
    runId: run.id,
    scanIds: run.documents.map(({ scanId }) => scanId),
    caseId: standing?.case.id ?? null,
    caseStatus: standing?.case.status ?? null,
    ...decision,
    components: componentsOf(run.documents),
    baseline: baseline && { commitSha: baseline.commitSha },
    counts,
  };
}

/** The exceptions that excluded something, as a verdict names them. */
function appliedOf(judged: readonly Judged[], exceptions: readonly Exception[]): AppliedException[] {
  const ids = new Set(judged.map(({ exceptionId }) => exceptionId));
  return exceptions
    .filter(({ id }) => ids.has(id))
    .map(({ id, what, where, origin, expiresAt }) => ({
      id,
      what,
      where,
      origin,
      expiresAt: expiresAt?.toISOString() ?? null,
    }));
}

function enginesOf(documents: readonly RunDocument[]): string[] {
  return documents.flatMap(({ engines }) => engines.map(({ name }) => name));
}

function slotOf({ tool, target }: RunDocument): string {
  return JSON.stringify([tool, target]);
}

function ofOneCase(one: PlannedJudgement, other: PlannedJudgement): boolean {
  return one === other || (one.standing !== null && one.standing === other.standing);
}
