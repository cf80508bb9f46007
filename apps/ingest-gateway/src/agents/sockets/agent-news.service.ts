import type { DataOf, EventContract } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type OutboxRow, toOutboxRow, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';

/**
 * Publishes what agents do, in its order and in groups: a transaction for each frame of thousands of agents would be most
 * of the gateway's work. While the database is away it waits here, and the oldest gives way if that lasts.
 */
@Injectable()
export class AgentNews {
  private readonly waiting: OutboxRow[] = [];
  private writing: Promise<void> | null = null;
  private isEnding = false;

  constructor(
    private readonly transactions: Transactions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  tell<Contract extends EventContract>(
    contract: Contract,
    data: DataOf<Contract>,
    { tenant, hostId }: { readonly tenant: TenantSlug; readonly hostId: Uuid },
  ): void {
    const about = {
      publisher: 'ingest-gateway',
      tenant,
      time: new Date(),
      lane: 'interactive',
      subject: hostId,
    } as const;
    this.waiting.push(toOutboxRow({ contract, data, ...about }));
    if (this.waiting.length > limits.agentNewsWaiting) this.waiting.shift();
    this.writing ??= this.write();
  }

  /** Resolves when everything that was told is written, or was tried to once more. Nothing is gathered from then on. */
  async settle(): Promise<void> {
    this.isEnding = true;
    await this.writing;
  }

  private async write(): Promise<void> {
    await this.pause(limits.agentNewsGatherMs);
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, limits.agentNewsBatch);
      try {
        await this.transactions.runGroupInsert(async (tx) => tx.append(batch));
      } catch (error) {
        this.waiting.unshift(...batch);
        this.log.warn({ err: error, waiting: this.waiting.length }, 'news of agents have to wait');
        if (this.isEnding) break;
        await this.pause(limits.agentNewsRetryMs);
      }
    }
    this.writing = null;
  }

  private async pause(ms: number): Promise<void> {
    if (!this.isEnding) await new Promise((resolve) => setTimeout(resolve, ms).unref());
  }
}
