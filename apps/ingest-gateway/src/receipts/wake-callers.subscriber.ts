import { type EventOf, gateDecidedV1, receiptFailedV1, vexAppliedV1 } from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
import { isWaitedFor } from './receipt.js';
import { WaitingCallers } from './waiting-callers.js';

/** Every gateway hears verdicts and failures; the one whose caller waits answers. */
@Controller()
export class WakeCallersSubscriber {
  constructor(private readonly waiting: WaitingCallers) {}

  @Broadcast(gateDecidedV1)
  onGateDecided({ data }: EventOf<typeof gateDecidedV1>): void | Promise<void> {
    const { receiptId, verdict, entries, scans = null } = data;
    this.waiting.complete(receiptId, { outcome: 'judged', judgement: { verdict, entries, scans } });
  }

  @Broadcast(vexAppliedV1)
  onVexApplied({ data: { receiptId, outcome } }: EventOf<typeof vexAppliedV1>): void | Promise<void> {
    this.waiting.complete(receiptId, { outcome: 'applied', vex: outcome });
  }

  /** All kinds of documents wait for the same stages; should they ever differ, the row, which knows its kind, is read again. */
  @Broadcast(receiptFailedV1)
  onFailure({ data }: EventOf<typeof receiptFailedV1>): void | Promise<void> {
    const { receiptId, stage, error } = data;
    if (isWaitedFor('report', stage)) this.waiting.complete(receiptId, { outcome: 'failed', error });
  }
}
