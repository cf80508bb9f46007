import { type EventOf, outboxSealedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { SealedHoursStore } from './sealed-hours.store.js';

@Controller()
export class OutboxSealedSubscriber {
  constructor(private readonly hours: SealedHoursStore) {}

  /** Notes what a service says of an hour; the next round compares. */
  @Subscribe(outboxSealedV1, { durable: 'audit-note-sealed-hour' })
  async onOutboxSealed({ data, time }: EventOf<typeof outboxSealedV1>, tx: Transaction): Promise<void> {
    const { service, from, until, count, digest } = data;
    const sealedAt = new Date(time);
    await this.hours.add(tx, { service, from: new Date(from), until: new Date(until), count, digest, sealedAt });
  }
}
