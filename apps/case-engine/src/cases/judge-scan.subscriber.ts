import { scanCompletedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { JudgeScans, type ScanCompleted } from './judge-scans.service.js';

@Controller()
export class JudgeScanSubscriber {
  constructor(private readonly judgeScans: JudgeScans) {}

  @Subscribe(scanCompletedV1, {
    durable: 'case-engine-judge-scan',
    stage: 'judge',
    batch: limits.judgeBatch,
    concurrency: limits.judgeConcurrency,
    gatherMs: limits.gatherJudgedMs,
  })
  async on(events: ScanCompleted[], tx: Transaction): Promise<void> {
    await this.judgeScans.execute(events, tx);
  }
}
