import type { Envelope } from '@assay/contracts';
import { SubscribeAll } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { APPEND_BATCH_EVENTS, APPEND_GATHER_MS } from '../limits.js';
import { AppendEvents } from './append-events.service.js';

@Controller()
export class AppendEventsSubscriber {
  constructor(private readonly appendEvents: AppendEvents) {}

  /** Hears everything, of every version, and records what its contract says is recorded. */
  @SubscribeAll({
    durable: 'audit-append',
    batch: APPEND_BATCH_EVENTS,
    gatherMs: APPEND_GATHER_MS,
    recognisesRepeats: true,
  })
  async onEvents(events: Envelope[], tx: Transaction): Promise<void> {
    await this.appendEvents.execute(tx, events);
  }
}
