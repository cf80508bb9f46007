import { exceptionChangedV1, exceptionEndedV1, type EventOf, exceptionGrantedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { ExceptionsStore } from './exceptions.store.js';

@Controller()
export class ExceptionsSubscriber {
  constructor(private readonly exceptions: ExceptionsStore) {}

  @Subscribe(exceptionGrantedV1, { durable: 'scanner-note-exceptions' })
  async onGranted(event: EventOf<typeof exceptionGrantedV1>, tx: Transaction): Promise<void> {
    await this.exceptions.granted(tx, event.data, event.version ?? 1);
  }

  @Subscribe(exceptionChangedV1, { durable: 'scanner-change-exceptions' })
  async onChanged(event: EventOf<typeof exceptionChangedV1>, tx: Transaction): Promise<void> {
    await this.exceptions.changed(tx, event.data, event.version ?? 1);
  }

  @Subscribe(exceptionEndedV1, { durable: 'scanner-end-exceptions' })
  async onEnded(event: EventOf<typeof exceptionEndedV1>, tx: Transaction): Promise<void> {
    await this.exceptions.ended(tx, event.data.exceptionId);
  }
}
