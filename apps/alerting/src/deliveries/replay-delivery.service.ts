import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type AlertingErrorCode, noSuch } from '../alerting.errors.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeliveryDispatcher } from './delivery-dispatcher.service.js';
import { type DeliveryView, ListDeliveries } from './list-deliveries.read-model.js';

/** Sends a finished delivery once more, with the same `webhook-id`, so that the receiver knows it for what it is. */
@Injectable()
export class ReplayDelivery {
  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesStore,
    private readonly listDeliveries: ListDeliveries,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  /** @throws AssayError `alerting.no-such-delivery`; `alerting.not-replayable` while it is still being tried */
  async execute({ tenant, actor }: Principal, id: Uuid): Promise<DeliveryView> {
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const channelId = await this.deliveries.replay(tx, id);
      const delivery = await this.listDeliveries.find(tx, id);
      if (delivery === null) throw noSuch('delivery');
      if (channelId === null) {
        const message = 'The delivery is still being tried.';
        throw new AssayError<AlertingErrorCode>('conflict', 'alerting.not-replayable', message);
      }
      tx.afterCommit(() => this.dispatcher.wake(tenant, [channelId]));
      return delivery;
    });
  }
}
