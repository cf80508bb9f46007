import { type EventContract, type EventOf, signalsReceivedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '../limits.js';
import { NoteSignals } from './note-signals.service.js';

const hostsOfSignals = z.object({ signals: z.array(z.object({ hostId: z.string(), receivedAt: z.iso.datetime() })) });

/** As much of the event as is read here: to check all of every signal a second time would cost five times as much. */
const signalsOfHosts: EventContract<z.infer<typeof hostsOfSignals>> = { ...signalsReceivedV1, schema: hostsOfSignals };

/** Hosts that nobody knew until they sent a signal. */
@Controller()
export class LearnFromSignalsSubscriber {
  constructor(private readonly noteSignals: NoteSignals) {}

  @Subscribe(signalsOfHosts, {
    durable: 'compliance-learn-of-hosts',
    batch: limits.signalBatchEvents,
    gatherMs: limits.gatherSignalsMs,
  })
  async onSignals(events: EventOf<typeof signalsOfHosts>[], tx: Transaction): Promise<void> {
    const newest = new Map<string, string>();
    for (const { data } of events) {
      for (const { hostId, receivedAt } of data.signals) newest.set(hostId, receivedAt);
    }
    await this.noteSignals.execute(tx, newest);
  }
}
