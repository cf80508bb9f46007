import { createHash } from 'node:crypto';
import { outboxSealedV1 } from '@assay/contracts';
import { Ticker } from '@assay/jobs';
import type { Uuid } from '@assay/kernel';
import { Database, limits, OutboxStore, type Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

const hourMs = 60 * 60_000;

/**
 * Tells audit, once for each hour of the outbox that is over, how many audited events were in it and which: so that a lost one
 * is noticed, and fetched, by somebody who never saw it.
 */
@Injectable()
export class SealOutbox {
  constructor(
    private readonly database: Database,
    private readonly outbox: OutboxStore,
  ) {}

  @Ticker({ name: 'seal-outbox', everyMs: 60_000 })
  async sealFinishedHours(tx: Transaction): Promise<void> {
    const first = await this.firstUnsealed(tx);
    if (first === null) return;
    const last = first.getTime() + limits.sealHoursPerTick * hourMs;
    for (
      let hour = first.getTime();
      hour < last && hour + hourMs + limits.sealGraceMs <= tx.now.getTime();
      hour += hourMs
    ) {
      await this.seal(tx, new Date(hour), new Date(hour + hourMs));
    }
  }

  /** The hour after the last sealed one; at first that of the oldest event. */
  private async firstUnsealed(tx: Transaction): Promise<Date | null> {
    const sealed = await this.outbox.lastSealedHour(tx);
    if (sealed !== null) return new Date(sealed.getTime() + hourMs);
    const oldest = await this.outbox.oldest(tx);
    return oldest && new Date(Math.floor(oldest.getTime() / hourMs) * hourMs);
  }

  private async seal(tx: Transaction, from: Date, until: Date): Promise<void> {
    const hash = createHash('sha256');
    let count = 0;
    let after: Uuid | null = null;
    do {
      const ids: Uuid[] = await this.outbox.auditedIds(tx, from, until, after);
      for (const id of ids) hash.update(`${id}\n`);
      count += ids.length;
      after = ids.length < limits.sealPageIds ? null : (ids.at(-1) ?? null);
    } while (after !== null);
    await this.outbox.rememberSeal(tx, from, count);
    if (count === 0) return;
    const { service } = this.database;
    const digest = `sha256:${hash.digest('hex')}`;
    const sealed = { service, from: from.toISOString(), until: until.toISOString(), count, digest };
    tx.publish(outboxSealedV1, sealed, { lane: 'bulk' });
  }
}
