import { type EventOf, signalsReceivedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { NoteSignals } from './note-signals.service.js';

/** Hosts that nobody knew until they sent a signal. */
@Controller()
export class LearnFromSignalsSubscriber {
  constructor(private readonly noteSignals: NoteSignals) {}

  @Subscribe(signalsReceivedV1, {
    durable: 'compliance-learn-of-hosts',
    batch: limits.signalBatchEvents,
    gatherMs: limits.gatherSignalsMs,
  })
  async onSignals(events: EventOf<typeof signalsReceivedV1>[], tx: Transaction): Promise<void> {
    const newest = new Map<string, string>();
    for (const { data } of events) {
      for (const { hostId, receivedAt } of data.signals) newest.set(hostId, receivedAt);
    }
    await this.noteSignals.execute(tx, newest);
  }
}
