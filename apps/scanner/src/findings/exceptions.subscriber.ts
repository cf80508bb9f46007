import { exceptionEndedV1, type EventOf, exceptionGrantedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ExceptionsStore } from './exceptions.store.js';

@Controller()
export class ExceptionsSubscriber {
  constructor(private readonly exceptions: ExceptionsStore) {}

  @Subscribe(exceptionGrantedV1, { durable: 'scanner-note-exceptions' })
  async onGranted(event: EventOf<typeof exceptionGrantedV1>, tx: Transaction): Promise<void> {
    await this.exceptions.granted(tx, event.data);
  }

  @Subscribe(exceptionEndedV1, { durable: 'scanner-end-exceptions' })
  async onEnded(event: EventOf<typeof exceptionEndedV1>, tx: Transaction): Promise<void> {
    await this.exceptions.ended(tx, event.data.exceptionId);
  }
}
