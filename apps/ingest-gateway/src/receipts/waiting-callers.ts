import type { StageError, VexOutcome } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Judgement, ScanOutcome } from './receipt.js';

/** How a wait ends: with a verdict, with a VEX document applied, with all scans recorded, with a failure, or with the caller's patience. */
export type Outcome =
  | { readonly outcome: 'judged'; readonly judgement: Judgement }
  | { readonly outcome: 'applied'; readonly vex: VexOutcome }
  | { readonly outcome: 'scored'; readonly scans: readonly ScanOutcome[] }
  | { readonly outcome: 'failed'; readonly error: StageError }
  | { readonly outcome: 'still-working' };

/** Somebody who waits for a receipt. */
export interface Waiter {
  /** Ends by the time given, at the latest, and never throws. */
  readonly outcome: Promise<Outcome>;
  /** Waits no longer. */
  cancel(): void;
}

interface Waiting {
  readonly tenant: TenantSlug;
  /** Scans of the document, and those of them that were recorded. */
  readonly scans: number;
  readonly recorded: Map<Uuid, ScanOutcome>;
  readonly end: (outcome: Outcome) => void;
}

/** Who waits in this process, by receipt. Whoever hears of an outcome tells it here; the first to do so counts. */
export class WaitingCallers {
  private readonly callers = new Map<Uuid, Set<Waiting>>();

  /**
   * To be called before the receipt is committed, so that nothing can be decided unheard.
   *
   * @param scans how many scans of a benchmark's document are waited for
   */
  wait(tenant: TenantSlug, receiptId: Uuid, timeoutMs: number, scans = 1): Waiter {
    let end: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      const timer = setTimeout(() => end({ outcome: 'still-working' }), timeoutMs);
      const waiting: Waiting = {
        tenant,
        scans,
        recorded: new Map(),
        end: (result) => {
          clearTimeout(timer);
          this.remove(receiptId, waiting);
          resolve(result);
        },
      };
      end = waiting.end;
      const others = this.callers.get(receiptId);
      if (others) others.add(waiting);
      else this.callers.set(receiptId, new Set([waiting]));
    });
    return { outcome, cancel: () => end({ outcome: 'still-working' }) };
  }

  /** True if anybody here waits for the receipt. */
  has(receiptId: Uuid): boolean {
    return this.callers.has(receiptId);
  }

  complete(receiptId: Uuid, outcome: Outcome): void {
    for (const waiting of this.callers.get(receiptId) ?? []) waiting.end(outcome);
  }

  /** One of the document's scans was recorded; the last of them ends the wait. */
  scored(receiptId: Uuid, scan: ScanOutcome): void {
    for (const { recorded, scans, end } of this.callers.get(receiptId) ?? []) {
      recorded.set(scan.scanId, scan);
      if (recorded.size >= scans) end({ outcome: 'scored', scans: [...recorded.values()] });
    }
  }

  /** Ends every wait: this process stops, and the receipts tell the rest. */
  releaseAll(): void {
    for (const receiptId of this.callers.keys()) this.complete(receiptId, { outcome: 'still-working' });
  }

  /** The receipts that are waited for, by tenant. */
  byTenant(): Map<TenantSlug, Uuid[]> {
    const receipts = [...this.callers].map(([id, [first]]) => ({ id, tenant: first!.tenant }));
    const grouped = Map.groupBy(receipts, ({ tenant }) => tenant);
    return new Map([...grouped].map(([tenant, of]) => [tenant, of.map(({ id }) => id)]));
  }

  private remove(receiptId: Uuid, waiting: Waiting): void {
    const all = this.callers.get(receiptId);
    all?.delete(waiting);
    if (all?.size === 0) this.callers.delete(receiptId);
  }
}
