import { isDeepStrictEqual } from 'node:util';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { CasesStore, keyOf } from '../cases/cases.store.js';
import type { Case } from '../cases/case.js';
import { JudgeRuns } from '../cases/judge-runs.service.js';
import { needsOf, planJudgement, standingOf } from '../cases/plan-judgement.js';
import type { Docket } from '../runs/docket.js';
import { DocketStore, docketOf } from '../runs/docket.store.js';
import type { Run } from '../runs/run.js';
import { type MonitoredRun, MonitoredRunsStore } from './monitored-runs.store.js';

/** A run that is rescanned, as it stands now. */
export interface Monitored extends Pick<MonitoredRun, 'subject' | 'caseId'> {
  readonly run: Run;
  /** The case that stands by it, locked; null where none does. */
  readonly case: Case | null;
  /** It has got other documents since its own were verified. */
  readonly changedMeanwhile: boolean;
}

/** Knows monitored runs, and lets the cases follow that stand by them. */
@Injectable()
export class JudgeMonitored {
  constructor(
    private readonly monitored: MonitoredRunsStore,
    private readonly cases: CasesStore,
    private readonly dockets: DocketStore,
    private readonly judgeRuns: JudgeRuns,
  ) {}

  /** Runs as they are before anybody else is asked, which may take a while: nothing is locked. */
  async known(tx: Transaction, runIds: readonly Uuid[]): Promise<(MonitoredRun & { readonly run: Run })[]> {
    const docket = await this.dockets.load(tx, docketOf([{ runIds }]));
    return (await this.monitored.runs(tx, runIds)).map((each) => ({ ...each, run: docket.runOfId(each.id)!.run }));
  }

  /** The same runs once the cases that stand by them are locked, and all that judging them needs. */
  async locked(
    tx: Transaction,
    before: readonly (MonitoredRun & { readonly run: Run })[],
  ): Promise<{ readonly all: readonly Monitored[]; readonly docket: Docket }> {
    const subjects = before.flatMap(({ newest, subject }) => (newest && subject !== null ? [subject] : []));
    const cases = await this.cases.lockSubjects(tx, subjects);
    const of = ({ id, subject, newest }: MonitoredRun): Case | null => {
      const kase = newest && subject !== null ? cases.get(keyOf(subject)) : undefined;
      return kase?.newestRun === id && kase.closedAs === null ? kase : null;
    };
    const needs = before.map((each) => {
      const { runIds, ...rest } = needsOf(each.subject, each.run, of(each));
      return { ...rest, runIds: [...runIds, each.id] };
    });
    const docket = await this.dockets.load(tx, docketOf(needs));
    const all = before.map((each): Monitored => {
      const run = docket.runOfId(each.id)?.run ?? each.run;
      const changedMeanwhile = !isDeepStrictEqual(scansOf(run), scansOf(each.run));
      return { subject: each.subject, caseId: each.caseId, run, case: of(each), changedMeanwhile };
    });
    return { all, docket };
  }

  /** Judges cases by what is found in their runs now, where that is anything else: counts, gate and alerts follow. */
  async follow(
    tx: Transaction,
    rescanned: readonly { readonly monitored: Monitored; readonly run: Run }[],
    docket: Docket,
  ): Promise<void> {
    const planned = rescanned.flatMap(({ monitored, run }) => {
      const taken = run.documents.filter(
        ({ findingsContent }, at) => findingsContent !== monitored.run.documents[at]!.findingsContent,
      );
      if (monitored.case === null || taken.length === 0) return [];
      const occasion = { because: 'advisories', receiptId: taken[0]!.receiptId, event: undefined } as const;
      const standing = standingOf(monitored.case, docket);
      return [planJudgement(occasion, { subject: monitored.subject, run, taken }, standing, docket)];
    });
    if (planned.length > 0) await this.judgeRuns.execute(tx, planned);
  }
}

function scansOf({ documents }: Run): string[] {
  return documents.map(({ scanId }) => scanId);
}
