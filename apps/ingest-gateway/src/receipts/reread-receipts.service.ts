import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { limits } from '../limits.js';
import { type Receipt, ReceiptsStore } from './receipts.store.js';
import { type Outcome, WaitingCallers } from './waiting-callers.js';

/**
 * The safety net under the broadcast: reads the receipts that are waited for again every two seconds, because a verdict
 * that falls into a gap of the bus is told to nobody. Where the broadcast works, this finds nothing to do.
 */
@Injectable()
export class RereadReceipts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptsStore,
    private readonly waiting: WaitingCallers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const tick = (): void => {
      this.timer = setTimeout(() => void this.reread().finally(() => this.timer && tick()), limits.waitRereadMs);
    };
    tick();
  }

  /** Callers who still wait are told where to look, so that the service can end. */
  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.releaseAll();
  }

  private async reread(): Promise<void> {
    try {
      for (const [tenant, ids] of this.waiting.byTenant()) {
        const found = await this.transactions.run(tenant, (tx) => this.receipts.findAll(tx, ids));
        for (const receipt of found) {
          const outcome = outcomeOf(receipt);
          if (outcome !== null) this.waiting.complete(receipt.id, outcome);
        }
      }
    } catch (error) {
      this.log.debug({ err: error }, 'receipts that callers wait for could not be read');
    }
  }
}

/** What a stored receipt tells somebody who waits for it; null if that is nothing yet. */
export function outcomeOf(receipt: Receipt): Outcome | null {
  const { result, entries, scans, vex, error } = receipt;
  if (hasBeenScored(receipt)) return { outcome: 'scored', scans: Object.values(receipt.benchmark ?? {}) };
  if (vex !== null) return { outcome: 'applied', vex };
  if (result !== null && entries !== null) {
    return { outcome: 'judged', judgement: { verdict: result, entries, scans } };
  }
  return error === null ? null : { outcome: 'failed', error };
}

/**
 * True if nothing more will be told of a benchmark's document. A repeat is done without any scan; that its scans are only
 * not written yet, by the other of the two consumers, is over in a moment.
 */
function hasBeenScored({ kind, status, benchmark, finishedAt }: Receipt): boolean {
  if (kind !== 'benchmark' || status !== 'done') return false;
  return benchmark !== null || (finishedAt !== null && Date.now() - finishedAt.getTime() > limits.waitRereadMs);
}
