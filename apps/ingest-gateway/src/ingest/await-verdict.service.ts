import type { VexOutcome } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { GatewayErrorCode } from '../ingest-gateway.errors.js';
import type { AcceptedReceipt, Judgement, ScanOutcome } from '../receipts/receipt.js';
import { receiptPath } from '../receipts/receipts.dto.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { outcomeOf } from '../receipts/reread-receipts.service.js';
import { type Outcome, type Waiter, WaitingCallers } from '../receipts/waiting-callers.js';
import { AcceptDocument, type DocumentToAccept } from './accept-document.service.js';

/** An accepted document and, if it came in time, the judgement on it. */
export interface AwaitedReceipt {
  readonly receipt: AcceptedReceipt;
  readonly judgement: Judgement | null;
  /** What a VEX document did, which gets no verdict; absent while that is not known. */
  readonly vex?: VexOutcome;
  /** The scans of benchmark results, which get no verdict; absent while they are not recorded. */
  readonly scans?: readonly ScanOutcome[];
}

/** Accepts a document and stays until the verdict is in, whichever gateway hears of it first. */
@Injectable()
export class AwaitVerdict {
  constructor(
    private readonly acceptDocument: AcceptDocument,
    private readonly waiting: WaitingCallers,
    private readonly transactions: Transactions,
    private readonly receipts: ReceiptsStore,
  ) {}

  /**
   * @param timeoutMs 0 not to wait at all; when it is over the judgement is null
   * @throws AssayError as `AcceptDocument`; what was wrong with the document if processing it failed for that;
   *   `receipts.processing-failed` if it failed otherwise
   */
  async execute(document: DocumentToAccept, timeoutMs: number): Promise<AwaitedReceipt> {
    if (timeoutMs === 0) return { receipt: await this.acceptDocument.execute(document), judgement: null };
    const waiters = new Map<string, Waiter>();
    const beforeCommit = (receipt: AcceptedReceipt): void => {
      const scans = document.benchmark?.kept.filter(Boolean).length;
      waiters.set(receipt.id, this.waiting.wait(receipt.tenant, receipt.id, timeoutMs, scans));
    };
    try {
      const receipt = await this.acceptDocument.execute({ ...document, beforeCommit });
      // They lie in the store now; hundreds of waiting callers need not keep theirs in memory or open in the spool.
      await Promise.all(document.documents.map(({ content }) => content.dispose()));
      // Who comes again under the same key may find that everything has been decided long ago.
      if (document.repeatable !== null) await this.look(receipt);
      const ended = await waiters.get(receipt.id)!.outcome;
      if (ended.outcome === 'applied') return { receipt, judgement: null, vex: ended.vex };
      if (ended.outcome === 'scored') return { receipt, judgement: null, scans: ended.scans };
      return { receipt, judgement: judgementOf(receipt, ended) };
    } finally {
      for (const waiter of waiters.values()) waiter.cancel();
    }
  }

  private async look({ id, tenant }: AcceptedReceipt): Promise<void> {
    const stored = await this.transactions.run(tenant, (tx) => this.receipts.find(tx, id));
    const outcome = stored && outcomeOf(stored);
    if (outcome) this.waiting.complete(id, outcome);
  }
}

function judgementOf(
  { id }: AcceptedReceipt,
  ended: Exclude<Outcome, { outcome: 'applied' | 'scored' }>,
): Judgement | null {
  if (ended.outcome === 'judged') return ended.judgement;
  if (ended.outcome === 'still-working') return null;
  const { kind, code, message, fields } = ended.error;
  if (kind === 'invalid') throw new AssayError('invalid', code, message, { fields });
  // Never an answer that a pipeline could take for a pass: 500 by its code, whatever the kind.
  const failure = `The document was accepted, but processing it failed: ${message} (${receiptPath(id)}).`;
  throw new AssayError<GatewayErrorCode>('unavailable', 'receipts.processing-failed', failure);
}
