import {
  benchmarkCompletedV1,
  type EventOf,
  gateDecidedV1,
  receiptFailedV1,
  stagesToWaitFor,
  vexAppliedV1,
} from '@assay/contracts';
import { Broadcast } from '@assay/messaging';
import { Controller } from '@nestjs/common';
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

  @Broadcast(benchmarkCompletedV1)
  onBenchmarkCompleted({ data }: EventOf<typeof benchmarkCompletedV1>): void | Promise<void> {
    if (data.receiptId !== null) this.waiting.scored(data.receiptId, data);
  }

  /** No document has a stage that another kind waits for and its own does not. */
  @Broadcast(receiptFailedV1)
  onFailure({ data }: EventOf<typeof receiptFailedV1>): void | Promise<void> {
    const { receiptId, stage, error } = data;
    if (isWaitedForBySome(stage)) this.waiting.complete(receiptId, { outcome: 'failed', error });
  }
}

function isWaitedForBySome(stage: string): boolean {
  return Object.values<readonly string[]>(stagesToWaitFor).some((stages) => stages.includes(stage));
}
