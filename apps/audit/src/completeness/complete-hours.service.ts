import { createHash } from 'node:crypto';
import { auditGapV1 } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import { asAssayError, type Clock, type Uuid } from '@assay/kernel';
import { limits, type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { AppendEvents } from '../entries/append-events.service.js';
import { COMPLETENESS_EVERY_MS, FETCH_EVENTS, GAP_AFTER_MS, HOURS_PER_ROUND } from '../limits.js';
import { OutboxesClient } from './outboxes.client.js';
import { type SealedHour, SealedHoursStore } from './sealed-hours.store.js';

/**
 * Compares what services say they published with what the logs have, fetches what is missing from the service itself, and
 * speaks up when it cannot be had. So an event that the bus lost, or that somebody kept from it, is noticed.
 */
@Injectable()
export class CompleteHours {
  constructor(
    private readonly transactions: Transactions,
    private readonly hours: SealedHoursStore,
    private readonly outboxes: OutboxesClient,
    private readonly appendEvents: AppendEvents,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Ticker({ name: 'complete-hours', everyMs: COMPLETENESS_EVERY_MS })
  async round(tx: Transaction): Promise<void> {
    for (const hour of await this.hours.open(tx, HOURS_PER_ROUND)) await this.complete(hour, { now: () => tx.now });
  }

  /** Makes one hour complete, or notes what it lacks. A service that does not answer lacks everything until it does. */
  async complete(hour: SealedHour, clock: Clock): Promise<void> {
    if ((await this.digestOf(hour)) === hour.digest) return this.close(hour);
    let missing = hour.count;
    try {
      missing = 0;
      for await (const ids of this.outboxes.auditedIds(hour)) missing += await this.fetch(hour.service, ids);
    } catch (error) {
      // Tried again in a moment; when the hour is over the event says so, and the log need not repeat it until then.
      const level = asAssayError(error).kind === 'invalid' ? 'warn' : 'debug';
      this.logger[level]({ err: error, service: hour.service }, 'an hour could not be fetched');
      missing = Math.max(missing, 1);
    }
    if (missing === 0) return this.close(hour);
    await this.lack(hour, missing, clock);
  }

  /** Appends what the logs lack of these ids. Gives how many could not be had. */
  private async fetch(service: string, ids: readonly Uuid[]): Promise<number> {
    const recorded = await this.transactions.runAcrossTenants((tx) => this.hours.recordedOf(tx, service, ids));
    const lacking = ids.filter((id) => !recorded.has(id));
    let fetched = 0;
    for (let at = 0; at < lacking.length; at += FETCH_EVENTS) {
      const events = await this.outboxes.envelopes(service, lacking.slice(at, at + FETCH_EVENTS));
      for (const [tenant, own] of Map.groupBy(events, (event) => event.tenant)) {
        await this.transactions.run(tenant, (tx) => this.appendEvents.execute(tx, own));
        fetched += own.length;
      }
    }
    if (fetched > 0) this.logger.warn({ service, fetched }, 'events that the bus did not bring were fetched');
    return lacking.length - fetched;
  }

  /** The digest that the service would give for what the logs have. */
  private async digestOf(hour: SealedHour): Promise<string> {
    const hash = createHash('sha256');
    let after: Uuid | null = null;
    do {
      const last: Uuid | null = after;
      const ids: Uuid[] = await this.transactions.runAcrossTenants((tx) => this.hours.recordedIds(tx, hour, last));
      for (const id of ids) hash.update(`${id}\n`);
      after = ids.length < limits.sealPageIds ? null : (ids.at(-1) ?? null);
    } while (after !== null);
    return `sha256:${hash.digest('hex')}`;
  }

  private async close(hour: SealedHour): Promise<void> {
    await this.transactions.runAcrossTenants((tx) => this.hours.complete(tx, hour));
  }

  private async lack(hour: SealedHour, missing: number, clock: Clock): Promise<void> {
    const overdue = clock.now().getTime() - hour.sealedAt.getTime() >= GAP_AFTER_MS;
    const tell = overdue && hour.gapToldAt === null;
    await this.transactions.runAcrossTenants(async (tx) => {
      await this.hours.noteMissing(tx, hour, missing, tell);
      if (!tell) return;
      const { service, from, until } = hour;
      tx.publish(
        auditGapV1,
        { service, from: from.toISOString(), until: until.toISOString(), missing },
        { subject: service },
      );
    });
  }
}
