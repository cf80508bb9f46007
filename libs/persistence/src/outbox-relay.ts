import { asAssayError, type Uuid } from '@assay/kernel';
import type { Logger } from '@assay/telemetry';
import { limits } from './limits.js';
import type { OutboxRow } from './outbox-row.js';
import type { OutboxBacklog, OutboxStore } from './outbox.store.js';
import type { Transactions } from './transactions.js';

/** A lost mark is no loss, so nobody waits for the disk; and the statement is the same each time, whatever the ids. */
const forMarks = `
  select set_config('synchronous_commit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`;

/** Where events go. Gives the ids that the broker has taken; throws if it took none. */
export interface OutboxPublisher {
  publish(rows: readonly OutboxRow[]): Promise<Uuid[]>;
}

/**
 * Brings committed events to the broker. What this process commits goes out at once, straight from memory; a sweep every
 * second finds what nobody published: rows of a process that died, or of a time without a broker. Several relays may
 * run; an event published twice carries the same id and is recognised by the broker or by the inbox.
 */
export class OutboxRelay {
  private readonly fresh: OutboxRow[] = [];
  private readonly published: Uuid[] = [];
  private publishing = false;
  private marking = false;
  private sweeping: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: OutboxStore,
    private readonly publisher: OutboxPublisher,
    private readonly logger: Logger,
    private readonly onBacklog: (backlog: OutboxBacklog) => void = () => undefined,
  ) {}

  start(): void {
    this.transactions.handCommittedTo((rows) => this.offer(rows));
    const tick = (): void => {
      this.timer = setTimeout(() => void this.sweep().finally(() => !this.stopped && tick()), limits.relaySweepMs);
    };
    tick();
  }

  /** Publishes what is in memory and ends. What the broker does not take stays in the table. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.sweeping;
    for (let round = 0; round < 100 && (this.publishing || this.marking || this.fresh.length > 0); round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Publishes all unpublished rows now. The sweep calls it every second; tests and `streams rebuild` whenever they like. */
  async sweep(minAgeMs: number = limits.relaySweepMinAgeMs): Promise<void> {
    this.sweeping ??= this.sweepOnce(minAgeMs).finally(() => (this.sweeping = null));
    await this.sweeping;
  }

  private offer(rows: readonly OutboxRow[]): void {
    if (this.fresh.length + rows.length > limits.relayBacklogEvents) return;
    this.fresh.push(...rows);
    if (!this.publishing) void this.publishFresh();
  }

  private async publishFresh(): Promise<void> {
    this.publishing = true;
    try {
      while (this.fresh.length > 0) {
        const batch = this.fresh.splice(0, limits.relayBatchEvents);
        this.published.push(...(await this.publisher.publish(batch)));
        if (!this.marking) void this.markPublished();
      }
    } catch (error) {
      // The sweep will find these rows; keeping them in memory would only publish them twice.
      this.fresh.length = 0;
      this.logger.debug({ err: error }, 'events wait in the outbox for the broker');
    } finally {
      this.publishing = false;
    }
  }

  /** Marks in the background and in groups: nobody waits for a mark, and a lost one costs a duplicate that is recognised. */
  private async markPublished(): Promise<void> {
    this.marking = true;
    try {
      while (this.published.length > 0) {
        const ids = this.published.splice(0, limits.relayBatchEvents);
        await this.transactions.runAcrossTenants(async (tx) => {
          await tx.query(forMarks);
          await this.outbox.markPublished(tx, ids);
        });
        await new Promise((resolve) => setTimeout(resolve, this.stopped ? 0 : limits.relayMarkEveryMs));
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'published events stay unmarked until the next sweep');
    } finally {
      this.marking = false;
    }
  }

  private async sweepOnce(minAgeMs: number): Promise<void> {
    try {
      await this.transactions.runAcrossTenants((tx) => this.outbox.adopt(tx));
      let found: number = limits.relayBatchEvents;
      while (found === limits.relayBatchEvents) {
        found = await this.transactions.runAcrossTenants(async (tx) => {
          const rows = await this.outbox.claim(tx, new Date(tx.now.getTime() - minAgeMs));
          if (rows.length > 0) await this.outbox.markPublished(tx, await this.publisher.publish(rows));
          return rows.length;
        });
      }
      this.onBacklog(await this.transactions.runAcrossTenants((tx) => this.outbox.backlog(tx)));
    } catch (error) {
      const { kind } = asAssayError(error);
      if (kind !== 'unavailable' && !this.stopped) this.logger.warn({ err: error }, 'the outbox sweep failed');
    }
  }
}
