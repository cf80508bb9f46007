import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, letOpen } from '../cases/case.js';
import { JudgeRuns } from '../cases/judge-runs.service.js';
import { needsOf, planJudgement, standingOf } from '../cases/plan-judgement.js';
import { DocketStore, docketOf } from '../runs/docket.store.js';
import { type Leader, newestOf, withRun } from '../runs/run-order.js';
import { ChangesStore } from './changes.store.js';

/** Opens a case whose lock the caller holds: its newest run is judged with what is known now, those that came meanwhile included. */
@Injectable()
export class ReopenCase {
  constructor(
    private readonly changes: ChangesStore,
    private readonly dockets: DocketStore,
    private readonly judgeRuns: JudgeRuns,
  ) {}

  async execute(tx: Transaction, closed: Case): Promise<void> {
    const leaders = (await this.changes.lastRuns(tx, closed.id)).reduce<readonly Leader[]>(withRun, []);
    const newest = newestOf(leaders);
    if (newest === null) return;
    const found = await this.dockets.load(tx, docketOf([{ runIds: [newest.id] }]));
    const run = found.runOfId(newest.id)?.run;
    if (run === undefined) return;
    const { subject } = closed;
    const kase = { ...letOpen(closed), leaders };
    const docket = await this.dockets.load(tx, docketOf([needsOf(subject, run, kase)]));
    const occasion = { because: 'run', receiptId: run.documents.at(-1)!.receiptId, event: undefined } as const;
    const standing = standingOf(kase, docket);
    await this.judgeRuns.execute(tx, [planJudgement(occasion, { subject, run, taken: [] }, standing, docket)]);
  }
}
