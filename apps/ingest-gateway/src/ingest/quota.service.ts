import type { AssayError, TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { DailyUsageStore } from './daily-usage.store.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { UsageTally, type Used } from './usage-tally.js';

const dayMs = 86_400_000;

/**
 * Documents, signals and bytes per tenant and day. Counted in memory and added up in the database every second: a quota guards
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
    const { dailyDocuments, dailyBytes } = this.settings;
    const used = await this.usedToday(tenant);
    if (used.documents < dailyDocuments && used.bytes < dailyBytes) return;
    throw usedUp('The tenant has used its documents or bytes of this day.');
  }

  /** The same for signals. @throws AssayError `ingest.quota-exceeded` */
  async checkSignals(tenant: TenantSlug): Promise<void> {
    const { dailySignals, dailyBytes } = this.settings;
    const used = await this.usedToday(tenant);
    if (used.signals < dailySignals && used.bytes < dailyBytes) return;
    throw usedUp('The tenant has used its signals or bytes of this day.');
  }

  count(tenant: TenantSlug, bytes: number): void {
    this.tally.add(today(), tenant, { documents: 1, bytes, signals: 0 });
  }

  countSignals(tenant: TenantSlug, signals: number, bytes: number): void {
    this.tally.add(today(), tenant, { documents: 0, bytes, signals });
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

  private async usedToday(tenant: TenantSlug): Promise<Used> {
    const day = today();
    return this.tally.usedOn(day, tenant) ?? this.load(day, tenant);
  }

  private async load(day: string, tenant: TenantSlug): Promise<Used> {
    const used = await this.transactions.run(tenant, (tx) => this.usage.of(tx, day));
    this.tally.learn(day, tenant, used);
    return used;
  }

  private async flush(): Promise<void> {
    const { day, used } = this.tally.takePending();
    const news = used.filter(({ documents, signals }) => documents + signals > 0);
    if (news.length === 0) return;
    try {
      const totals = await this.transactions.runAcrossTenants((tx) => this.usage.add(tx, day, news));
      for (const { tenant, ...total } of totals) this.tally.learn(day, tenant, total);
    } catch (error) {
      this.tally.putBack(day, news);
      this.log.debug({ err: error }, 'usage is counted later');
    }
  }
}

function usedUp(message: string): AssayError {
  const secondsLeft = Math.ceil((dayMs - (Date.now() % dayMs)) / 1_000);
  return unavailable('ingest.quota-exceeded', message, secondsLeft);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
