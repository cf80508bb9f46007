import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, evolve, nextMoment } from '../cases/case.js';
import { CasesStore } from '../cases/cases.store.js';
import { PublishJudgement } from '../cases/publish-judgement.service.js';
import { FindingsStore } from '../findings/findings.store.js';
import { compare, countsOf, type Difference, isEmpty, judge, type JudgedCounts } from '../findings/judgement.js';
import { type Touched, TouchedFindingsStore } from '../findings/touched-findings.store.js';
import type { Exception } from './exception.js';
import { ExceptionsStore } from './exceptions.store.js';

/**
 * Judges anew what exceptions that were granted or ended are about, in every case that they touch and in the transaction
 * that granted or ended them: nobody sees the one without the other. The caller holds the tenant's judging lock.
 */
@Injectable()
export class RejudgeCases {
  constructor(
    private readonly touched: TouchedFindingsStore,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly findings: FindingsStore,
    private readonly publish: PublishJudgement,
  ) {}

  async execute(tx: Transaction, about: readonly Exception[]): Promise<void> {
    const byCase = Map.groupBy(await this.touched.find(tx, about), ({ caseId }) => caseId);
    if (byCase.size === 0) return;
    const inForce = await this.exceptions.inForce(tx);
    const changed = (await this.cases.lockAll(tx, [...byCase.keys()]))
      .map((before) => rejudge(before, byCase.get(before.id) ?? [], inForce, tx.now))
      .filter(({ difference }) => !isEmpty(difference));
    if (changed.length === 0) return;
    await this.findings.record(
      tx,
      changed.map(({ case: { id, judgedAt }, difference }) => ({ caseId: id, difference, at: judgedAt })),
    );
    await this.cases.saveJudgements(
      tx,
      changed.map((each) => each.case),
    );
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
  now: Date,
): { case: Case; difference: Difference } {
  const place = { subject: before.subject, imageName: before.imageName };
  const judged = judge(
    touched.map(({ finding }) => finding),
    inForce,
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
