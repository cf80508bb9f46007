import { type EventOf, vexReceivedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ApplyVex } from './apply-vex.service.js';

@Controller()
export class ApplyVexSubscriber {
  constructor(private readonly applyVex: ApplyVex) {}

  @Subscribe(vexReceivedV1, { durable: 'case-engine-apply-vex', stage: 'judge' })
  async on(event: EventOf<typeof vexReceivedV1>, tx: Transaction): Promise<void> {
    await this.applyVex.execute(event.data, tx);
  }
}
