import { asAssayError, newId, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { refreshHeartbeatMs, refreshSilenceMs, refreshSweepMs } from '../limits.js';
import type { FeedName, FeedSource, ImportCounts } from './feed.js';
import { FirstFeeds } from './first-feeds.service.js';
import { RefreshFeed } from './refresh-feed.service.js';
import { type Refresh, RefreshesStore } from './refreshes.store.js';

/** Advisory lock of whoever chooses the next refresh or adds a missing one, so that two replicas never do at once. */
const chooseLockKey = 0x46454545;

/** Works on queued refreshes, one at a time in the installation; takes over what another process left when it died. */
@Injectable()
export class RefreshRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #working: Promise<void> | null = null;
  #isWanted = false;
  #stopped = false;
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly refreshes: RefreshesStore,
    private readonly refreshFeed: RefreshFeed,
    private readonly firstFeeds: FirstFeeds,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.firstFeeds.ensure();
    this.#sweep = setInterval(() => this.wake(), refreshSweepMs).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    await this.#working;
  }

  /** Queues a refresh and begins with it, unless another one is going on. Gives its id. */
  async request(feed: FeedName, source: FeedSource, requestedBy: string): Promise<Uuid> {
    const id = newId();
    await this.#asJob((tx) => this.refreshes.add(tx, id, feed, source, requestedBy));
    this.wake();
    return id;
  }

  /** The refresh of a feed that was asked for since then, by whomever; if there is none, asks for one. */
  async ensureSince(feed: FeedName, source: FeedSource, since: Date, requestedBy: string): Promise<Refresh> {
    const refresh = await this.#asJob(async (tx) => {
      await this.refreshes.lock(tx, chooseLockKey);
      const there = await this.refreshes.newestSince(tx, feed, source, since);
      if (there !== null) return there;
      const id = newId();
      await this.refreshes.add(tx, id, feed, source, requestedBy);
      return (await this.refreshes.find(tx, id))!;
    });
    this.wake();
    return refresh;
  }

  /** A refresh and how far it is, or null. */
  async find(id: Uuid): Promise<Refresh | null> {
    return this.#asJob((tx) => this.refreshes.find(tx, id));
  }

  /** Tells that there may be something to do. Cheap to call too often. */
  wake(): void {
    this.#isWanted = true;
    if (this.#working !== null || this.#stopped) return;
    this.#working = this.#work().finally(() => {
      this.#working = null;
      if (this.#isWanted) this.wake();
    });
  }

  async #work(): Promise<void> {
    this.#isWanted = false;
    try {
      while (!this.#stopped) {
        const refresh = await this.#asJob((tx) => this.refreshes.take(tx, chooseLockKey, refreshSilenceMs));
        if (refresh === null) return;
        await this.#refresh(refresh);
      }
    } catch (error) {
      if (asAssayError(error).kind !== 'unavailable') this.logger.error({ err: error }, 'feeds stand still');
    }
  }

  async #refresh(refresh: Refresh): Promise<void> {
    const { id, feed } = refresh;
    const told = { feed, refresh: id };
    const beganMs = performance.now();
    const alive = (counts: Partial<ImportCounts>): Promise<void> =>
      this.#asJob((tx) => this.refreshes.progress(tx, id, counts));
    // A long download tells nothing by itself; without a sign of life another replica would begin again.
    const heartbeat = setInterval(() => void alive({}).catch(() => undefined), refreshHeartbeatMs).unref();
    try {
      await this.refreshFeed.execute(refresh, alive);
      await this.#asJob((tx) => this.refreshes.finish(tx, id, null));
      this.logger.info({ ...told, durationMs: Math.round(performance.now() - beganMs) }, 'a feed was refreshed');
    } catch (error) {
      this.logger.error({ ...told, err: error }, 'a feed could not be refreshed');
      await this.#asJob((tx) => this.refreshes.finish(tx, id, asAssayError(error).message));
    } finally {
      clearInterval(heartbeat);
    }
  }

  #asJob<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.transactions.runAcrossTenants(work);
  }
}
