import type { DataOf, findingsChangedV1 } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { JudgeRuns } from '../cases/judge-runs.service.js';
import { needsOf, planJudgement, standingOf } from '../cases/plan-judgement.js';
import { DocketStore, docketOf } from '../runs/docket.store.js';
import { RunNewsStore } from '../rescans/run-news.store.js';
import { refresh } from '../runs/run.js';

/** Judges a subject's newest run anew, because advisories changed what is true of a document that nobody sent again. */
@Injectable()
export class RejudgeFindings {
  constructor(
    private readonly cases: CasesStore,
    private readonly dockets: DocketStore,
    private readonly judgeRuns: JudgeRuns,
    private readonly news: RunNewsStore,
  ) {}

  /** @throws AssayError `cases.unknown-run` while the scan itself has not been judged: it was overtaken */
  async execute(changed: DataOf<typeof findingsChangedV1>, version: number, tx: Transaction): Promise<void> {
    const { subject, receiptId, tool, scanId, findings } = changed;
    const kase = await this.cases.lockKnown(tx, subject);
    // Nothing is asked of it any more; should it open again, its newest run is judged with what is known then.
    if (kase !== null && kase.closedAs !== null) return;
    if (kase === null || kase.newestRun === null) {
      throw notFound('cases.unknown-run', 'The subject has not been judged yet');
    }
    const newest = (await this.dockets.load(tx, docketOf([{ runIds: [kase.newestRun] }]))).runOfId(kase.newestRun)!.run;
    const news = {
      tool,
      receiptId,
      scanId,
      findingsDigest: findings.digest,
      findingsSize: findings.size,
      findingsVersion: version,
    };
    const refreshed = refresh(newest, news);
    if (refreshed === null) return;
    const { run, document } = refreshed;
    await this.news.remember(tx, newest);
    const docket = await this.dockets.load(tx, docketOf([needsOf(subject, run, kase)]));
    const standing = standingOf(kase, docket);
    const occasion = { because: 'advisories', receiptId, event: undefined } as const;
    await this.judgeRuns.execute(tx, [planJudgement(occasion, { subject, run, taken: [document] }, standing, docket)]);
  }
}
