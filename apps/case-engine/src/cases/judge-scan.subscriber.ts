import { type EventOf, scanCompletedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { JudgeScan } from './judge-scan.service.js';

@Controller()
export class JudgeScanSubscriber {
  constructor(private readonly judgeScan: JudgeScan) {}

  @Subscribe(scanCompletedV1, {
    durable: 'case-engine-judge-scan',
    stage: 'judge',
    concurrency: limits.judgeConcurrency,
  })
  async on(event: EventOf<typeof scanCompletedV1>, tx: Transaction): Promise<void> {
    await this.judgeScan.execute(event.data, tx);
  }
}
