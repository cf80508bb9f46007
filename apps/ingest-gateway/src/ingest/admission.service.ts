import { statfs } from 'node:fs/promises';
import type { Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { BacklogStore } from './backlog.store.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { Quota } from './quota.service.js';
import { RateLimit } from './rate-limit.js';

/** Whether a request with a document may come in, decided before its body is read. */
@Injectable()
export class Admission {
  private readonly rateLimit: RateLimit;
  private checked: Promise<void> = Promise.resolve();
  private checkedAtMs = 0;

  constructor(
    @Inject(HOST_ENV) private readonly env: HostEnv,
    @Inject(INGEST_SETTINGS) settings: IngestSettings,
    private readonly transactions: Transactions,
    private readonly backlog: BacklogStore,
    private readonly quota: Quota,
  ) {
    this.rateLimit = new RateLimit(settings.requestsPerSecond, limits.credentialCacheEntries);
  }

  /** @throws AssayError `ingest.too-many-requests`, `ingest.quota-exceeded` (429); `ingest.backlog`, `ingest.disk-full` (503) */
  async check(caller: Principal): Promise<void> {
    this.checkRate(caller);
    await this.mayStore(caller);
  }

  /** @throws AssayError `ingest.too-many-requests` (429) */
  checkRate(caller: Principal): void {
    const seconds = this.rateLimit.secondsToWait(caller.credentialId ?? caller.actor, Date.now());
    if (seconds > 0) {
      throw unavailable('ingest.too-many-requests', 'This credential sends more requests than it may.', seconds);
    }
  }

  /** Whether this caller's documents may be stored. @throws AssayError as `check`, but for the rate */
  async mayStore(caller: Principal): Promise<void> {
    await this.canAccept();
    await this.quota.check(caller.tenant);
  }

  /** Whether this caller's signals may come in. @throws AssayError as `check` */
  async checkSignals(caller: Principal): Promise<void> {
    this.checkRate(caller);
    await this.canAccept();
    await this.quota.checkSignals(caller.tenant);
  }

  /** Whether anybody's document may. One look a second, shared by all requests of that second. @throws AssayError (503) as above */
  async canAccept(): Promise<void> {
    if (Date.now() - this.checkedAtMs > limits.intakeCheckMs) {
      this.checkedAtMs = Date.now();
      this.checked = this.look();
      // Its failure is told to every request that asks; an unasked one must not end the process.
      this.checked.catch(() => undefined);
    }
    await this.checked;
  }

  private async look(): Promise<void> {
    const oldest = await this.transactions.runAcrossTenants((tx) => this.backlog.oldestUnpublishedMs(tx));
    if (oldest !== null && Date.now() - oldest > limits.outboxMaxAgeSeconds * 1_000) {
      const message = 'What was accepted before waits to be processed; nothing more is accepted until it is.';
      throw unavailable('ingest.backlog', message, limits.intakeRetryAfterSeconds);
    }
    const { bavail, blocks } = await statfs(this.env.ASSAY_DATA_DIR);
    if (bavail < blocks * limits.minFreeDiskShare) {
      throw unavailable('ingest.disk-full', 'The disk for documents is nearly full.', limits.intakeRetryAfterSeconds);
    }
  }
}
