import { changeClosedV1, changeReopenedV1, type EventOf } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { EndChange } from './end-change.service.js';

@Controller()
export class ChangesSubscriber {
  constructor(private readonly endChange: EndChange) {}

  @Subscribe(changeClosedV1, { durable: 'case-engine-close-case' })
  async onClosed(event: EventOf<typeof changeClosedV1>, tx: Transaction): Promise<void> {
    await this.endChange.closed(tx, event.data);
  }

  @Subscribe(changeReopenedV1, { durable: 'case-engine-reopen-case' })
  async onReopened(event: EventOf<typeof changeReopenedV1>, tx: Transaction): Promise<void> {
    await this.endChange.reopened(tx, event.data);
  }
}
