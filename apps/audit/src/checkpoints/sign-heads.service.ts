import { ArtifactStore } from '@assay/artifacts';
import { checkpointPublishedV1 } from '@assay/contracts';
import { asAssayError } from '@assay/kernel';
import { Ticker } from '@assay/jobs';
import { type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LogsStore } from '../entries/logs.store.js';
import { LogKey } from '../keys/log-key.service.js';
import { CHECKPOINT_DELAY_MS, CHECKPOINT_SWEEP_MS } from '../limits.js';
import { signCheckpoint } from '../log/checkpoint.js';
import { CheckpointsStore } from './checkpoints.store.js';

/** Media type of a signed note (c2sp.org/tlog-tiles serves checkpoints as plain text). */
const noteMediaType = 'text/plain; charset=utf-8';

/** What signing needs of the tables: heads in, checkpoints out. */
@Injectable()
export class HeadsToSign {
  constructor(
    readonly logs: LogsStore,
    readonly checkpoints: CheckpointsStore,
  ) {}
}

/** Signs the heads of logs: shortly after an append in this process, and by a sweep for what another left unsigned. */
@Injectable()
export class SignHeads implements OnModuleDestroy {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly signing = new Set<Promise<void>>();

  constructor(
    private readonly transactions: Transactions,
    private readonly heads: HeadsToSign,
    private readonly key: LogKey,
    private readonly artifacts: ArtifactStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Signs the tenant's head in a moment, together with what is appended until then. */
  soon(tenant: string): void {
    if (this.waiting.has(tenant)) return;
    const timer = setTimeout(() => {
      this.waiting.delete(tenant);
      const signed = this.sign(tenant).catch((error: unknown) => {
        const level = asAssayError(error).kind === 'unavailable' ? 'debug' : 'warn';
        this.logger[level]({ err: error, tenant }, 'a head could not be signed; the sweep will try again');
      });
      this.signing.add(signed);
      void signed.finally(() => this.signing.delete(signed));
    }, CHECKPOINT_DELAY_MS);
    this.waiting.set(tenant, timer);
  }

  @Ticker({ name: 'sign-heads', everyMs: CHECKPOINT_SWEEP_MS })
  async sweep(tx: Transaction): Promise<void> {
    for (const tenant of await this.heads.logs.unsigned(tx)) {
      if (!this.waiting.has(tenant)) await this.sign(tenant);
    }
  }

  /** Signs the head as it is now. A head that is signed already is left alone. */
  async sign(tenant: string): Promise<void> {
    const head = await this.transactions.run(tenant, (tx) => this.heads.logs.head(tx));
    if (head === null) return;
    const { size, root } = head;
    const note = signCheckpoint({ origin: this.key.originOf(tenant), size, root }, [this.key.signerOf(tenant)]);
    const { digest } = await this.artifacts.put(tenant, Buffer.from(note), noteMediaType);
    await this.transactions.run({ tenant, lane: 'bulk' }, async (tx) => {
      const added = await this.heads.checkpoints.add(tx, { size, root, note }, digest);
      await this.heads.logs.markSigned(tx, size);
      if (!added) return;
      const published = { log: tenant, size, rootHash: root.toString('hex'), note };
      tx.publish(checkpointPublishedV1, published, { subject: tenant });
    });
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    await Promise.all(this.signing);
  }
}
