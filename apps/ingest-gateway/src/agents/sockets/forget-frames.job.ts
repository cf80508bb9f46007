import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import { AgentSocketsStore } from './agent-sockets.store.js';

/** Forgets which frames were written so long ago that nobody issues them again. */
@Injectable()
export class ForgetFrames {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: AgentSocketsStore,
  ) {}

  @PeriodicJob({ name: 'ingest-gateway-forget-agent-frames', cron: '41 * * * *' })
  async run(): Promise<void> {
    const before = new Date(Date.now() - limits.agentFrameHours * 3_600_000);
    await this.transactions.runAcrossTenants((tx) => this.store.forgetFrames(tx, before));
  }
}
