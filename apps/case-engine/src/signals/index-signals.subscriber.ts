import { signalsReceivedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { IndexSignals, type SignalsReceived } from './index-signals.service.js';

@Controller()
export class IndexSignalsSubscriber {
  constructor(private readonly indexSignals: IndexSignals) {}

  @Subscribe(signalsReceivedV1, {
    durable: 'case-engine-index-signals',
    batch: limits.indexBatch,
    concurrency: limits.indexConcurrency,
    gatherMs: limits.gatherSignalsMs,
  })
  async on(events: SignalsReceived[], tx: Transaction): Promise<void> {
    await this.indexSignals.execute(events, tx);
  }
}
