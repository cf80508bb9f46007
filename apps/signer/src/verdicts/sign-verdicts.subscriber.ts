import { type EventOf, gateDecidedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { VERDICT_BATCH, VERDICT_GATHER_MS } from '../limits.js';
import { SignVerdicts } from './sign-verdicts.service.js';

@Controller()
export class SignVerdictsSubscriber {
  constructor(private readonly signVerdicts: SignVerdicts) {}

  /** Nobody waits for a verdict's signature, and a receipt is done without it: this works on no stage. */
  @Subscribe(gateDecidedV1, {
    durable: 'signer-sign-verdict',
    batch: VERDICT_BATCH,
    concurrency: 1,
    gatherMs: VERDICT_GATHER_MS,
  })
  async onGateDecided(events: EventOf<typeof gateDecidedV1>[], tx: Transaction): Promise<void> {
    await this.signVerdicts.execute(tx, events);
  }
}
