import type { TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { DailyUsageStore } from './daily-usage.store.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { UsageTally } from './usage-tally.js';

const dayMs = 86_400_000;

/**
 * Documents and bytes per tenant and day. Counted in memory and added up in the database every second: a quota guards
 * the platform, it is no bill, and a counter in each request's transaction would make all of a tenant's wait in line.
 */
@Injectable()
export class Quota implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tally = new UsageTally(today());
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly usage: DailyUsageStore,
    @Inject(INGEST_SETTINGS) private readonly settings: IngestSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws AssayError `ingest.quota-exceeded` (429) until midnight UTC */
  async check(tenant: TenantSlug): Promise<void> {
    const day = today();
    const used = this.tally.usedOn(day, tenant) ?? (await this.load(day, tenant));
    const { dailyDocuments, dailyBytes } = this.settings;
    if (used.documents < dailyDocuments && used.bytes < dailyBytes) return;
    const secondsLeft = Math.ceil((dayMs - (Date.now() % dayMs)) / 1_000);
    throw unavailable('ingest.quota-exceeded', 'The tenant has used its documents or bytes of this day.', secondsLeft);
  }

  count(tenant: TenantSlug, bytes: number): void {
    this.tally.add(today(), tenant, { documents: 1, bytes });
  }

  onApplicationBootstrap(): void {
    const tick = (): void => {
      this.timer = setTimeout(() => void this.flush().finally(() => this.timer && tick()), limits.usageFlushMs);
    };
    tick();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.flush();
  }

  private async load(day: string, tenant: TenantSlug): Promise<{ documents: number; bytes: number }> {
    const used = await this.transactions.run(tenant, (tx) => this.usage.of(tx, day));
    this.tally.learn(day, tenant, used);
    return used;
  }

  private async flush(): Promise<void> {
    const { day, used } = this.tally.takePending();
    const news = used.filter(({ documents }) => documents > 0);
    if (news.length === 0) return;
    try {
      const totals = await this.transactions.runAcrossTenants((tx) => this.usage.add(tx, day, news));
      for (const { tenant, documents, bytes } of totals) this.tally.learn(day, tenant, { documents, bytes });
    } catch (error) {
      this.tally.putBack(day, news);
      this.log.debug({ err: error }, 'usage is counted later');
    }
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
