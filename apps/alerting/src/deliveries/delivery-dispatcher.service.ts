import type { TenantSlug, Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { AttemptDelivery } from './attempt-delivery.service.js';
import { type ClaimedDelivery, DeliveriesStore } from './deliveries.store.js';

/** The deliveries to one channel, as far as this process has them in hand. */
interface Line {
  readonly tenant: TenantSlug;
  readonly channelId: Uuid;
  inHand: number;
  /** A claim is under way. */
  claiming: boolean;
  /** There may be more in the table than was claimed. */
  more: boolean;
}

/**
 * Gets deliveries out of the table and under way: woken in this process after the commit that queued them, and by the
 * sweep for whatever is due again. Claiming and concluding are short transactions; nothing is held while a receiver
 * thinks. A slow channel fills its own line and nobody else's.
 */
@Injectable()
export class DeliveryDispatcher implements BeforeApplicationShutdown {
  private readonly lines = new Map<Uuid, Line>();
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesStore,
    private readonly attempt: AttemptDelivery,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** There is something due for these channels. Returns at once. */
  wake(tenant: TenantSlug, channelIds: Iterable<Uuid>): void {
    for (const channelId of channelIds) {
      const line = this.lines.get(channelId) ?? { tenant, channelId, inHand: 0, claiming: false, more: true };
      line.more = true;
      this.lines.set(channelId, line);
      this.advance(line);
    }
  }

  /** Takes nothing new and waits for the attempts under way; each has its time-out. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private advance(line: Line): void {
    if (!line.more && line.inHand === 0 && !line.claiming) this.lines.delete(line.channelId);
    if (this.stopped || !line.more || line.claiming || this.roomFor(line) === 0) return;
    this.track(this.claimFor(line));
  }

  private roomFor(line: Line): number {
    const process = limits.processConcurrency - [...this.lines.values()].reduce((sum, each) => sum + each.inHand, 0);
    return Math.max(0, Math.min(limits.channelConcurrency - line.inHand, process));
  }

  private async claimFor(line: Line): Promise<void> {
    line.claiming = true;
    line.more = false;
    const room = this.roomFor(line);
    const claimed = await this.claim(line, room);
    line.claiming = false;
    if (claimed.length === room) line.more = true;
    line.inHand += claimed.length;
    for (const delivery of claimed) this.track(this.deliver(line, delivery));
    this.advance(line);
  }

  /** Trouble with the database is left to the sweep, which comes again in a second. */
  private async claim({ tenant, channelId }: Line, most: number): Promise<ClaimedDelivery[]> {
    try {
      return await this.transactions.run(tenant, (tx) => this.deliveries.claim(tx, channelId, most));
    } catch (error) {
      this.logger.debug({ err: error, channelId }, 'deliveries could not be claimed');
      return [];
    }
  }

  private async deliver(line: Line, delivery: ClaimedDelivery): Promise<void> {
    try {
      await this.attempt.execute(line.tenant, delivery);
    } catch (error) {
      // The claim ends by itself and the delivery is tried again, with the same webhook-id.
      this.logger.warn({ err: error, deliveryId: delivery.id }, 'an attempt could not be written down');
    } finally {
      line.inHand -= 1;
      for (const waiting of [line, ...this.lines.values()]) this.advance(waiting);
    }
  }

  private track(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }
}
