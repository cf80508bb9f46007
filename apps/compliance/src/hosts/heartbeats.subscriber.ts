import { type EventOf, heartbeatsReceivedV1 } from '@assay/contracts';
import { platformTenant } from '@assay/kernel';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { limits } from '../limits.js';
import { advanceOf } from './horizon.js';
import { KeepHeartbeats } from './keep-heartbeats.service.js';
import { SilenceStore } from './silence.store.js';

/** Heartbeats of agents, and those by which gateways say that the way is open. */
@Controller()
export class HeartbeatsSubscriber {
  constructor(
    private readonly keepHeartbeats: KeepHeartbeats,
    private readonly silence: SilenceStore,
  ) {}

  @Subscribe(heartbeatsReceivedV1, {
    durable: 'compliance-keep-heartbeats',
    batch: limits.heartbeatBatchEvents,
    gatherMs: limits.gatherHeartbeatsMs,
    // In order: a beat of a gateway stands for everything before it. What falls behind catches up in larger batches.
    concurrency: 1,
  })
  async onHeartbeats(events: EventOf<typeof heartbeatsReceivedV1>[], tx: Transaction): Promise<void> {
    const beats = events.flatMap(({ data }) => data.heartbeats);
    if (tx.tenant !== platformTenant) return this.keepHeartbeats.execute(tx, beats);
    const known = await this.silence.horizon(tx);
    const advance = advanceOf(
      known?.at ?? null,
      beats.map(({ receivedAt }) => new Date(receivedAt)),
    );
    if (advance !== null) await this.silence.advance(tx, advance);
  }
}
