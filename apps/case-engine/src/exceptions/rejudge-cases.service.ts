import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, evolve, nextMoment } from '../cases/case.js';
import { CasesStore } from '../cases/cases.store.js';
import { PublishJudgement } from '../cases/publish-judgement.service.js';
import { FindingsStore } from '../findings/findings.store.js';
import { compare, countsOf, type Difference, isEmpty, judge, type JudgedCounts } from '../findings/judgement.js';
import { type Touched, TouchedFindingsStore } from '../findings/touched-findings.store.js';
import { type Exception, placeOfRun } from './exception.js';
import { ExceptionsStore } from './exceptions.store.js';
import { RedecideVerdicts } from './redecide-verdicts.service.js';
import { type NewestRun, RejudgedRunsStore } from './rejudged-runs.store.js';

/** What is judged, and by what. */
@Injectable()
export class CasesAndExceptions {
  constructor(
    readonly exceptions: ExceptionsStore,
    readonly cases: CasesStore,
    readonly runs: RejudgedRunsStore,
  ) {}
}

/**
 * Judges anew what exceptions that were granted or ended are about, in every case that they touch and in the transaction
 * that granted or ended them: nobody sees the one without the other. The verdict of the run that a case stands by follows. The caller holds the tenant's judging lock.
 */
@Injectable()
export class RejudgeCases {
  constructor(
    private readonly touched: TouchedFindingsStore,
    private readonly kept: CasesAndExceptions,
    private readonly findings: FindingsStore,
    private readonly redecide: RedecideVerdicts,
    private readonly publish: PublishJudgement,
  ) {}

  async execute(tx: Transaction, about: readonly Exception[]): Promise<void> {
    const byCase = Map.groupBy(await this.touched.find(tx, about), ({ caseId }) => caseId);
    if (byCase.size === 0) return;
    const ids = [...byCase.keys()];
    const { exceptions, cases } = this.kept;
    const inForce = await exceptions.inForce(tx);
    const newest = await this.kept.runs.newestOf(tx, ids);
    const changed = (await cases.lockAll(tx, ids))
      .map((before) => rejudge(before, byCase.get(before.id) ?? [], inForce, newest.get(before.id), tx.now))
      .filter(({ difference }) => !isEmpty(difference));
    if (changed.length === 0) return;
    await this.findings.record(
      tx,
      changed.map(({ case: { id, judgedAt }, difference }) => ({ caseId: id, difference, at: judgedAt })),
    );
    const after = changed.map((each) => each.case);
    await cases.saveJudgements(tx, after);
    await this.redecide.execute(tx, after, newest, inForce);
    for (const { case: kase, difference } of changed) {
      const { newestRun, commitSha, runUrl, counts } = kase;
      const { opened, excepted } = difference;
      await this.publish.execute(tx, {
        because: 'exception',
        case: kase,
        run: { id: newestRun, commitSha, runUrl },
        receiptId: null,
        counts,
        opened,
        excepted,
        resolved: [],
      });
    }
  }
}

/** The case after these of its findings were judged anew; all others stand as they stood. */
function rejudge(
  before: Case,
  touched: readonly Touched[],
  inForce: readonly Exception[],
  newest: NewestRun | undefined,
  now: Date,
): { case: Case; difference: Difference } {
  const { subject, imageName } = before;
  const place = newest === undefined ? { subject, imageName } : placeOfRun(subject, newest.origin);
  const judged = judge(
    touched.map(({ finding }) => finding),
    [...inForce, ...(newest?.own ?? [])],
    place,
    now,
  );
  const known = touched.map(({ finding: { key, severity, kev }, state, exceptionId, group, place: at }) => ({
    key,
    severity,
    kev: kev !== null,
    state,
    exceptionId,
    group,
    place: at,
  }));
  const difference = compare(known, judged);
  const counts = plus(before.counts, countsOf(judged), countsOf(touched));
  const judgement = { counts, findingsChanged: !isEmpty(difference) };
  return { case: evolve(before, judgement, null, nextMoment(before.judgedAt, now)), difference };
}

/** Counts, with some of them replaced. */
function plus(all: JudgedCounts, after: JudgedCounts, before: JudgedCounts): JudgedCounts {
  const fields = Object.keys(all) as (keyof JudgedCounts)[];
  return Object.fromEntries(fields.map((field) => [field, all[field] + after[field] - before[field]])) as JudgedCounts;
}
