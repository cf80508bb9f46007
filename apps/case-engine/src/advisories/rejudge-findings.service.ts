import type { DataOf, findingsChangedV1 } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { JudgeRun } from '../cases/judge-run.service.js';
import { refresh } from '../runs/run.js';
import { RunsStore } from '../runs/runs.store.js';

/** Judges a subject's newest run anew, because advisories changed what is true of a document that nobody sent again. */
@Injectable()
export class RejudgeFindings {
  constructor(
    private readonly cases: CasesStore,
    private readonly runs: RunsStore,
    private readonly judgeRun: JudgeRun,
  ) {}

  /** @throws AssayError `cases.unknown-run` while the scan itself has not been judged: it was overtaken */
  async execute(changed: DataOf<typeof findingsChangedV1>, version: number, tx: Transaction): Promise<void> {
    const { subject, receiptId, tool, scanId, findings } = changed;
    const kase = await this.cases.lockKnown(tx, subject);
    const newest = kase?.newestRun == null ? null : await this.runs.find(tx, kase.newestRun);
    // Nothing is asked of it any more; should it open again, its newest run is judged with what is known then.
    if (kase !== null && kase.closedAs !== null) return;
    if (kase === null || newest === null) throw notFound('cases.unknown-run', 'The subject has not been judged yet');

    const news = { tool, receiptId, scanId, findingsDigest: findings.digest, findingsVersion: version };
    const refreshed = refresh(newest, news);
    if (refreshed === null) return;
    const { run, document } = refreshed;
    const context = await this.runs.load(tx, {
      case: kase,
      runKey: run.key,
      place: { subject, imageName: run.origin.imageName },
      targetBranch: run.origin.targetBranch,
      baseSha: run.origin.baseSha,
    });
    await this.judgeRun.execute(tx, {
      because: 'advisories',
      receiptId,
      subject,
      case: kase,
      context,
      run,
      entered: document,
    });
  }
}
