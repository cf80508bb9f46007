import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Case, letOpen } from '../cases/case.js';
import { JudgeRun } from '../cases/judge-run.service.js';
import { type Leader, newestOf, withRun } from '../runs/run-order.js';
import { RunsStore } from '../runs/runs.store.js';
import { ChangesStore } from './changes.store.js';

/** Opens a case whose lock the caller holds: its newest run is judged with what is known now, those that came meanwhile included. */
@Injectable()
export class ReopenCase {
  constructor(
    private readonly changes: ChangesStore,
    private readonly runs: RunsStore,
    private readonly judgeRun: JudgeRun,
  ) {}

  async execute(tx: Transaction, closed: Case): Promise<void> {
    const kase = letOpen(closed);
    const runs = await this.changes.lastRuns(tx, kase.id);
    const newest = newestOf(runs.reduce<readonly Leader[]>(withRun, []));
    const run = newest === null ? null : await this.runs.find(tx, newest.id);
    if (run === null) return;
    const { subject } = kase;
    const { targetBranch, baseSha, imageName } = run.origin;
    const place = { subject, imageName };
    const context = await this.runs.load(tx, { case: kase, runKey: run.key, place, targetBranch, baseSha });
    const receiptId = run.documents.at(-1)!.receiptId;
    await this.judgeRun.execute(tx, { because: 'run', receiptId, subject, case: kase, context, run, entered: null });
  }
}
