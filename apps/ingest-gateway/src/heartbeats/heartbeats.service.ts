import { type Heartbeat, heartbeatsReceivedV1 } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { limits } from '../limits.js';
import { chunked } from './chunk-heartbeats.js';
import { NewestHeartbeats } from './newest-heartbeats.js';

/**
 * Signs of life, gathered: the newest of each agent, told once a second and tenant. They are kept in memory until then, as the
 * next one says the same: a second of them is lost with a process, and no host is silent for that.
 */
@Injectable()
export class Heartbeats implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly newest = new NewestHeartbeats(limits.heartbeatsRemembered);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Tells of it within about a second. */
  add(tenant: TenantSlug, heartbeat: Heartbeat): void {
    this.newest.add(tenant, heartbeat);
  }

  onApplicationBootstrap(): void {
    const tick = (): void => {
      this.timer = setTimeout(() => void this.flush().finally(() => this.timer && tick()), limits.heartbeatsEveryMs);
    };
    tick();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.flush();
  }

  /** One transaction for each tenant with news. What can't be written now is told with the next, unless newer came. */
  async flush(): Promise<void> {
    for (const [tenant, heartbeats] of this.newest.takeAll()) {
      try {
        await this.transactions.run(tenant, async (tx) => {
          for (const few of chunked(heartbeats, limits.heartbeatsMessageBytes)) {
            tx.publish(heartbeatsReceivedV1, { heartbeats: few });
          }
        });
      } catch (error) {
        this.log.debug({ err: error, tenant }, 'heartbeats are told later');
        for (const heartbeat of heartbeats) this.newest.putBack(tenant, heartbeat);
      }
    }
  }
}
