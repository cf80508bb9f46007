import type { Subject, Verdict } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Place } from '../exceptions/exception.js';
import { FindingsStore } from '../findings/findings.store.js';
import { compare, countsOf, isEmpty, judge, type Judged, type JudgedCounts } from '../findings/judgement.js';
import { ReadFindings } from '../findings/read-findings.service.js';
import { unionOf } from '../findings/union.js';
import { decideGate } from '../gate/decide-gate.js';
import { compareRuns, componentsOf, type Run, type RunDocument } from '../runs/run.js';
import { type BaselineRun, type JudgingContext, RunsStore } from '../runs/runs.store.js';
import { baselineOf } from './baseline.js';
import { type Case, evolve, isClosedForGood, nextMoment } from './case.js';
import { type JudgedRunRef, PublishJudgement } from './publish-judgement.service.js';

/** A run that shall be judged, with all that is known under the lock of its case. */
export interface JudgeRunCommand {
  readonly because: 'run' | 'advisories';
  readonly receiptId: Uuid;
  readonly subject: Subject | null;
  /** Null for documents without a subject. */
  readonly case: Case | null;
  readonly context: JudgingContext;
  readonly run: Run;
  /** The document to be written with the run; null if it changed nothing. */
  readonly entered: RunDocument | null;
}

/** The verdict on a run, and whether it is the one that its case stands by. */
export interface JudgedVerdict {
  readonly verdict: Verdict;
  readonly newest: boolean;
}

/**
 * Judges everything that is known of a run: applies exceptions, opens or changes the case, decides the gate. A run that
 * is older than the newest of its subject gets its verdict and enters the history, and changes nothing else.
 */
@Injectable()
export class JudgeRun {
  constructor(
    private readonly runs: RunsStore,
    private readonly findings: FindingsStore,
    private readonly readFindings: ReadFindings,
    private readonly publish: PublishJudgement,
  ) {}

  async execute(tx: Transaction, command: JudgeRunCommand): Promise<JudgedVerdict> {
    const { case: kase, context, run, subject, entered } = command;
    const place: Place = { subject, imageName: run.origin.imageName };
    const judged = judge(await this.foundIn(tx, run), context.exceptions, place, tx.now);
    const counts = countsOf(judged);
    const late = isLate(run, kase, context) || (kase !== null && isClosedForGood(kase));
    const baseline = baselineOf(run.origin, kase, context.baselines);
    const pinned = { runId: baseline?.id ?? null, branch: run.origin.targetBranch };

    const after =
      kase === null || late
        ? await this.withoutCase(tx, command, judged, counts)
        : await this.changeCase(tx, command, { ...kase, baseline: pinned }, judged, counts);
    const verdict = await this.verdictOf(tx, command, { judged, counts, baseline, case: after });
    await this.runs.save(tx, { run, subject, case: after, counts, verdict, policy: context.policy, late, entered });
    return { verdict, newest: !late };
  }

  private async foundIn(tx: Transaction, { documents }: Pick<Run, 'documents'>): Promise<ReturnType<typeof unionOf>> {
    const all = documents.map(({ findingsDigest }) => this.readFindings.execute(tx.tenant, findingsDigest));
    return unionOf(await Promise.all(all));
  }

  /** A late run leaves its case alone; a document without a subject is judged on its own, and that is said. */
  private async withoutCase(
    tx: Transaction,
    { case: kase, run, receiptId, because }: JudgeRunCommand,
    judged: readonly Judged[],
    counts: JudgedCounts,
  ): Promise<Case | null> {
    if (kase !== null) return kase;
    const { opened, excepted } = compare([], judged);
    const said = { because, case: null, run: refOf(run), receiptId, counts, opened, excepted, resolved: [] };
    await this.publish.execute(tx, said);
    return null;
  }

  private async changeCase(
    tx: Transaction,
    { run, receiptId, because }: JudgeRunCommand,
    before: Case,
    judged: readonly Judged[],
    counts: JudgedCounts,
  ): Promise<Case> {
    const difference = compare(await this.findings.open(tx, before.id), judged);
    const at = nextMoment(before.judgedAt, tx.now);
    const after = evolve(before, { counts, findingsChanged: !isEmpty(difference) }, run, at);
    const resolved = await this.findings.record(tx, [{ caseId: before.id, difference, at }]);
    if (after.version === before.version) return after;
    const { opened, excepted } = difference;
    const said = { because, case: after, run: refOf(run), receiptId, counts, opened, excepted, resolved };
    const reopened = before.closedAs === after.closedAs ? {} : { closedAs: after.closedAs };
    await this.publish.execute(tx, { ...said, ...reopened });
    return after;
  }

  private async verdictOf(
    tx: Transaction,
    { run, subject, context }: JudgeRunCommand,
    outcome: { judged: readonly Judged[]; counts: JudgedCounts; baseline: BaselineRun | null; case: Case | null },
  ): Promise<Verdict> {
    const { judged, counts, baseline, case: kase } = outcome;
    const decision = decideGate({
      policy: context.policy,
      subject,
      targetBranch: run.origin.targetBranch,
      judged,
      baseline: baseline && (await this.keysOf(tx, baseline)),
    });
    return {
      runId: run.id,
      scanIds: run.documents.map(({ scanId }) => scanId),
      caseId: kase?.id ?? null,
      caseStatus: kase?.status ?? null,
      ...decision,
      components: componentsOf(run.documents),
      baseline: baseline && { commitSha: baseline.commitSha },
      counts,
    };
  }

  private async keysOf(tx: Transaction, baseline: BaselineRun): Promise<ReadonlySet<string>> {
    const all = baseline.findings.map((digest) => this.readFindings.execute(tx.tenant, digest));
    return new Set((await Promise.all(all)).flatMap((findings) => findings.map(({ key }) => key)));
  }
}

function refOf({ id, origin: { commitSha, runUrl } }: Run): JudgedRunRef {
  return { id, commitSha, runUrl };
}

/** True if the case already stands by a newer run. */
function isLate(run: Run, kase: Case | null, { newest }: JudgingContext): boolean {
  return kase !== null && newest !== null && kase.newestRun !== run.id && compareRuns(run, newest) < 0;
}
