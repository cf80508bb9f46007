import { Ticker } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeliveryDispatcher } from './delivery-dispatcher.service.js';

/** Finds what nobody was woken for: attempts whose delay is over, and deliveries that a dead process had claimed. */
@Injectable()
export class SweepDeliveries {
  constructor(
    private readonly deliveries: DeliveriesStore,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  @Ticker({ name: 'sweep-deliveries', everyMs: limits.sweepMs })
  async sweep(tx: Transaction): Promise<void> {
    const due = await this.deliveries.dueChannels(tx);
    tx.afterCommit(() => due.forEach(({ tenant, channelId }) => this.dispatcher.wake(tenant, [channelId])));
  }
}
